import type { IncomingHttpHeaders } from 'node:http';

/** How much of what was sent before a frame is compressed with, as a power of two: 8 kB. */
const WINDOW_BITS = 13;

/**
 * Frames resemble each other, so each is compressed with the ones before it (context takeover), in little memory: 50 kB
 * for each connection. Which messages are compressed says whoever sends them. How clients compress what they send is
 * left to them: Firefox could not connect to a server that sets `client_max_window_bits`.
 */
export const COMPRESSION = {
  threshold: 0,
  // How many messages are in work at a time, in all: by default 10, behind which those of a hundred streams queue up.
  concurrencyLimit: 1_000,
  serverMaxWindowBits: WINDOW_BITS,
  clientNoContextTakeover: true,
  zlibDeflateOptions: { level: 1, memLevel: 5, chunkSize: 1024 },
  zlibInflateOptions: { chunkSize: 1024 },
};

/** An offer that can be accepted; a client that wants a smaller window than ours has none. */
const ACCEPTABLE =
  /^permessage-deflate(;(server_no_context_takeover|client_no_context_takeover|client_max_window_bits(="?\d+"?)?|server_max_window_bits="?1[345]"?))*$/;

/** Leaves of a client's offers those that can be accepted, or none: `ws` would answer any other with 400. */
export function declineOtherOffers(headers: IncomingHttpHeaders): void {
  const offers = headers['sec-websocket-extensions']?.replace(/\s/g, '').split(',') ?? [];
  const acceptable = offers.filter(offer => ACCEPTABLE.test(offer));
  if (acceptable.length > 0) headers['sec-websocket-extensions'] = acceptable.join(', ');
  else delete headers['sec-websocket-extensions'];
}
