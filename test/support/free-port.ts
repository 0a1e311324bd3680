import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system gives to whoever asks for any: they are still free when they are used, or used again. */
const PORTS = { first: 20_000, count: 10_000 };

/** Another one each time, for it is a while before somebody listens there. */
let next = Math.floor(Math.random() * PORTS.count);

/** A port of the loopback at which nobody listens. */
export async function freePort(): Promise<number> {
  const port = PORTS.first + (next++ % PORTS.count);
  return (await isFree(port)) ? port : await freePort();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
