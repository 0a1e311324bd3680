import { createServer, type IncomingMessage, request, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { closeAfter } from './close-after.ts';

/** A proxy as they stand in offices: pages and event streams come through, WebSockets only when it is told so. */
export interface UpgradeStrippingProxy {
  readonly url: string;
  /** Whether an upgrade loses its header, is never answered, is refused with a status, or comes through. */
  upgrades: 'strip' | 'hang' | 'pass' | 400 | 502;
  /** Whether posts reach the server, but not its answers the page. */
  losesAnswers: boolean;
  /** How many event streams of the cable are open. */
  readonly streams: number;
}

/** Puts one in front of the server at `url`. */
export async function startUpgradeStrippingProxy(
  t: TestContext,
  url: string,
): Promise<UpgradeStrippingProxy> {
  const { port } = new URL(url);
  const server = createServer(pass);
  let streams = 0;
  const proxy = {
    url: '',
    upgrades: 'strip' as UpgradeStrippingProxy['upgrades'],
    losesAnswers: false,
    get streams() {
      return streams;
    },
  };

  function pass(incoming: IncomingMessage, response: ServerResponse) {
    const { method, url: path, headers } = incoming;
    const { upgrade: _, connection: __, ...others } = headers;
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers: others }, answer => {
      if (proxy.losesAnswers && method === 'POST') return void response.destroy();
      if (answer.headers['content-type'] === 'text/event-stream') count(response);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  function count(response: ServerResponse) {
    streams += 1;
    response.on('close', () => {
      streams -= 1;
    });
  }

  server.on('upgrade', (incoming, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    if (proxy.upgrades === 'hang') return;
    if (proxy.upgrades === 'pass') return tunnel(incoming, socket, head);
    const response = new ServerResponse(incoming);
    response.assignSocket(socket);
    response.on('finish', () => socket.end());
    if (proxy.upgrades === 'strip') pass(incoming, response);
    else response.writeHead(proxy.upgrades).end();
  });

  function tunnel({ method, url: path, rawHeaders }: IncomingMessage, socket: Socket, head: Buffer) {
    const upstream = connect(Number(port), '127.0.0.1');
    const headers = rawHeaders.map((text, place) => (place % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    upstream.write(`${method} ${path} HTTP/1.1\r\n${headers}\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closeAfter(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return proxy;
}
