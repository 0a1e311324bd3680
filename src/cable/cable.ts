import type { WebSocket } from 'ws';
import { Audiences } from './audiences.ts';
import { Connection, type ConnectionDependencies } from './connection.ts';
import { Frames } from './frames.ts';
import { serverMessages } from './protocol.ts';

/** The clients of this process. */
export interface Cable {
  /** Serves a client until its socket closes. Listens at once, so that no command of the client is lost. */
  connect(socket: WebSocket, userId: string): void;
  /** Sends every client away, to come back to whichever process answers then. */
  close(): void;
}

/** Action Cable clients count a connection without a ping for two such intervals as dead. */
const PING_INTERVAL_MS = 3_000;
/** How long a client may take to say goodbye. */
const GOODBYE_MS = 1_000;

export function openCable(deps: Omit<ConnectionDependencies, 'frames' | 'audiences'>): Cable {
  const shared = { ...deps, frames: new Frames(), audiences: new Audiences() };
  const connections = new Set<Connection>();
  const pings = setInterval(() => {
    const ping = serverMessages.ping();
    for (const connection of connections) connection.send(ping);
  }, PING_INTERVAL_MS);

  return {
    connect(socket, userId) {
      const connection = new Connection(shared, socket, userId);
      connections.add(connection);
      socket.on('close', () => connections.delete(connection));
    },

    close() {
      clearInterval(pings);
      for (const connection of connections) connection.disconnect('server_restart', true);
      setTimeout(() => {
        for (const connection of connections) connection.terminate();
      }, GOODBYE_MS).unref();
    },
  };
}
