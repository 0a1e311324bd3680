import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { openCable } from '../cable/cable.ts';
import { COMPRESSION, declineOtherOffers } from '../cable/compression.ts';
import { closeInTime } from '../cable/goodbye.ts';
import { LARGEST_COMMAND_BYTES, SUBPROTOCOL, serverMessages } from '../cable/protocol.ts';
import { streamsChannel } from '../channels.ts';
import type { Dependencies } from '../dependencies.ts';

/** The WebSocket through which pages hear what changes. */
export async function cableRoutes(
  app: FastifyInstance,
  deps: Pick<Dependencies, 'db' | 'broadcaster' | 'secretKey' | 'traffic' | 'log'>,
): Promise<void> {
  const cable = openCable({ ...deps, channel: streamsChannel(deps.db) });
  let gone: Promise<void> | undefined;
  app.addHook('onClose', () => gone); // they need the database

  await app.register(websocket, {
    options: {
      maxPayload: LARGEST_COMMAND_BYTES,
      perMessageDeflate: COMPRESSION,
      autoPong: false, // a connection answers by itself, so that it knows when the answer is taken
      handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
    preClose: done => {
      gone = cable.close();
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
    {
      websocket: true,
      config: { session: 'existing', staysOpen: true },
      onRequest: async ({ raw }) => declineOtherOffers(raw.headers),
    },
    (socket, request) => {
      if (request.user) return cable.connect(socket, request.socket, request.user.id);
      socket.send(serverMessages.disconnect('unauthorized', false));
      closeInTime(socket);
    },
  );
}
