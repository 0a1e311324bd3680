import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { openCable } from '../cable/cable.ts';
import { SUBPROTOCOL, serverMessages } from '../cable/protocol.ts';
import { conversationChannel } from '../channels.ts';
import type { Dependencies } from '../dependencies.ts';

/** The largest command: a catch-up that names some thousand messages. */
const MAX_COMMAND_BYTES = 256 * 1024;

/**
 * Frames resemble each other, so each is compressed with the ones before it (context takeover), in little memory: 8 kB
 * of history take 50 kB for each connection. Which messages are compressed says whoever sends them. How clients compress
 * what they send is left to them: Firefox could not connect to a server that sets `client_max_window_bits`.
 */
const COMPRESSION = {
  threshold: 0,
  // How many messages are in work at a time, in all: by default 10, behind which those of a hundred streams queue up.
  concurrencyLimit: 1_000,
  serverMaxWindowBits: 13,
  clientNoContextTakeover: true,
  zlibDeflateOptions: { level: 1, memLevel: 5, chunkSize: 1024 },
  zlibInflateOptions: { chunkSize: 1024 },
};

/** The WebSocket through which pages hear what changes. */
export async function cableRoutes(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'secretKey' | 'log'>,
): Promise<void> {
  const cable = openCable({ ...deps, channel: conversationChannel(deps.db) });

  await app.register(websocket, {
    options: {
      maxPayload: MAX_COMMAND_BYTES,
      perMessageDeflate: COMPRESSION,
      handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
    preClose: done => {
      cable.close();
      app.websocketServer.close();
      done();
    },
    errorHandler: (error, socket, request) => {
      request.log.debug(error, 'A socket ended badly.');
      socket.terminate();
    },
  });

  app.get(
    '/cable',
    { websocket: true, config: { session: 'existing', staysOpen: true } },
    (socket, request) => {
      if (request.user) return cable.connect(socket, request.user.id);
      socket.send(serverMessages.disconnect('unauthorized', false));
      socket.close();
    },
  );
}
