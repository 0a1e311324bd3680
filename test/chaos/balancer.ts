import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Scope } from '../support/close-after.ts';

/** A way into the program, as a load balancer has it: each connection goes to the next of the processes that live. */
export interface Door {
  /** Where it is, without a slash at the end. */
  readonly url: string;
  /** Those that stand now. */
  readonly connections: readonly Connection[];
}

export interface Connection {
  /** Ends it at both sides. */
  cut(): void;
  /** Lets it stand, and carries nothing on it any more. */
  swallow(): void;
}

/** Opens a door at a free port of the loopback. @param living where the processes listen that can be asked now */
export async function openDoor(t: Scope, living: () => readonly number[]): Promise<Door> {
  const connections = new Set<Connection>();
  let turn = 0;

  const server = createServer(client => {
    const ports = living();
    const port = ports[turn++ % ports.length];
    if (port === undefined) return void client.destroy();
    const connection = join(client, connect(port, '127.0.0.1'));
    connections.add(connection);
    client.on('close', () => connections.delete(connection));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const { cut } of connections) cut();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return [...connections];
    },
  };
}

function join(client: Socket, process: Socket): Connection {
  const both = [client, process];
  const cut = () => {
    for (const socket of both) socket.destroy();
  };
  for (const socket of both) socket.on('error', cut).on('close', cut);
  client.pipe(process).pipe(client);
  return {
    cut,
    swallow() {
      for (const socket of both) socket.unpipe().resume();
    },
  };
}
