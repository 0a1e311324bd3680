import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { closeAfter } from './close-after.ts';

/** A network between a page and the server that can be cut and mended. */
export interface CuttableProxy {
  readonly url: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  mend(): void;
  /** Lets the connections that there are stand, and carries nothing on them any more. */
  swallow(): void;
}

/** Puts one in front of the server at `url`. */
export async function startCuttableProxy(t: TestContext, url: string): Promise<CuttableProxy> {
  const { port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;

  const server = createServer(client => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(port), '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  closeAfter(t, () => {
    cut();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend() {
      isCut = false;
    },
    swallow() {
      for (const socket of sockets) socket.unpipe().resume();
    },
  };
}
