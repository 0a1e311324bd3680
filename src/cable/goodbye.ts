import type { WebSocket } from 'ws';
import { GOODBYE_MS } from './readers.ts';

const NORMAL_CLOSURE = 1000;

/** Closes a socket; a client that does not answer that within 1 s is cut. */
export function closeInTime(socket: WebSocket): void {
  socket.close(NORMAL_CLOSURE);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}
