import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { Audiences } from './audiences.ts';
import { Connection, type ConnectionDependencies } from './connection.ts';
import { Frames } from './frames.ts';
import { serverMessages } from './protocol.ts';
import { openReaders } from './readers.ts';
import { whenStuck } from './slow-readers.ts';

/** The clients of this process. */
export interface Cable {
  /**
   * Serves a client until its socket closes. Listens at once, so that no command of the client is lost.
   * @param below the connection that the WebSocket is spoken on
   */
  connect(socket: WebSocket, below: Socket, userId: string): void;
  /** Sends every client away, to come back to whichever process answers then. Resolves when nothing is done for any of them. */
  close(): Promise<void>;
}

export function openCable(deps: Omit<ConnectionDependencies, 'frames' | 'audiences'>): Cable {
  const shared = { ...deps, frames: new Frames(serverMessages.frame), audiences: new Audiences() };
  const readers = openReaders();
  const connections = new Set<Connection>();

  return {
    connect(socket, below, userId) {
      const connection = new Connection(shared, socket, userId);
      whenStuck(below, () => connection.disconnect('too_slow', true));
      socket.on('close', readers.add(connection));
      connections.add(connection);
      void connection.ended.then(() => connections.delete(connection));
      socket.on('close', deps.traffic.open('websocket', below));
    },

    async close() {
      readers.close();
      await Promise.all([...connections].map(({ ended }) => ended));
    },
  };
}
