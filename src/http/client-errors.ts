import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** Answers requests that Node itself cannot take, and closes their connection. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = statusOf(error);
  const sentence =
    status === 414 ? 'This is too long for an address. Send it by POST.' : STATUS_CODES[status];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${sentence}\n`,
  );
  setTimeout(() => socket.destroy(), LINGERING_MS).unref();
}

/** Who is cut off while still sending would never see the answer; who stays would hold up the end of the process. */
const LINGERING_MS = 1_000;

function statusOf(error: Error & { readonly code?: string }): number {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  if (error.code !== 'HPE_HEADER_OVERFLOW') return 400;
  // What came last has no line break, or not for long: then it is the address that is too long.
  const packet = 'rawPacket' in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket : Buffer.of();
  const lineEnd = packet.indexOf('\n');
  return lineEnd < 0 || lineEnd > LONG_LINE_BYTES ? 414 : 431;
}

const LONG_LINE_BYTES = 8_000;
