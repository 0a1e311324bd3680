import { EventEmitter, on } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { build } from 'esbuild';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Command {
  readonly command: string;
  readonly identifier: string;
  readonly data?: string | undefined;
}

export interface Question {
  readonly action: string;
  readonly list: number;
  readonly seen: Readonly<Record<string, number>>;
}

/** How pages come to it: by WebSocket, or past a proxy that lets none through. */
export type Way = 'WebSocket' | 'event streams';

/** A server that speaks Action Cable and serves pages, all of whose moves a test can make itself. */
export interface Peer {
  readonly url: string;
  /** The HTML body for each path; a promise lets a page wait. */
  readonly pages: Map<string, () => string | Promise<string>>;
  readonly requests: string[];
  readonly sockets: WebSocket[];
  /** The event streams that there have been. */
  readonly streams: ServerResponse[];
  readonly commands: Command[];
  readonly questions: Question[];
  /** The answer to a catch-up; `undefined`: none. */
  answer: (question: Question) => string | undefined;
  /** The answer to a subscription. */
  verdict: 'confirm_subscription' | 'reject_subscription';
  /** What follows the handshake. */
  greeting: object;
  accepts: boolean;
  pings: boolean;
  /** Connections by its way that were tried, accepted or not. */
  attempts: number;
  send(frame: string): void;
  /** Ends the connection without a word. */
  cut(): void;
  /** Waits until something that the peer saw makes the condition true. */
  until(condition: () => boolean): Promise<void>;
}

export async function startPeer(t: TestContext, way: Way): Promise<Peer> {
  const events = new EventEmitter();
  const server = createServer((request, response) => respond(request, response));
  const cable = new WebSocketServer({ noServer: true, handleProtocols: () => 'actioncable-v1-json' });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const peer: Peer = {
    url: `http://127.0.0.1:${port}`,
    pages: new Map(),
    requests: [],
    sockets: [],
    streams: [],
    commands: [],
    questions: [],
    answer: ({ list }) => marker(list, list),
    verdict: 'confirm_subscription',
    greeting: { type: 'welcome' },
    accepts: true,
    pings: true,
    attempts: 0,
    send(frame) {
      const identifier = peer.commands.findLast(({ command }) => command === 'subscribe')?.identifier;
      peer.sockets.at(-1)?.send(JSON.stringify({ identifier, message: frame }));
      peer.streams.at(-1)?.write(`${frame.replace(/^/gm, 'data: ')}\n\n`);
    },
    cut() {
      peer.sockets.at(-1)?.terminate();
      peer.streams.at(-1)?.destroy();
    },
    async until(condition) {
      if (condition()) return;
      for await (const _ of on(events, 'seen', { signal: AbortSignal.timeout(15_000) }))
        if (condition()) return;
    },
  };

  async function respond(request: IncomingMessage, response: ServerResponse) {
    const { url = '/' } = request;
    if (url === '/application.js') {
      response.setHeader('content-type', 'text/javascript').end(await script);
      return;
    }
    const { pathname, searchParams } = new URL(url, peer.url);
    const signed_stream_name = searchParams.get('stream');
    const identifier = JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name });
    const isEventStream = way === 'event streams';
    if (isEventStream && pathname === '/cable/events') return stream(identifier, response);
    if (isEventStream && pathname === '/cable/catch_up')
      return answer(identifier, await text(request), response);
    const body = peer.pages.get(url);
    if (body) {
      peer.requests.push(url);
      events.emit('seen');
    }
    response.statusCode = body ? 200 : 404;
    response.setHeader('content-type', 'text/html').end(document(body ? await body() : ''));
  }

  function stream(identifier: string, response: ServerResponse) {
    peer.attempts += 1;
    events.emit('seen');
    if (!peer.accepts) return void response.destroy();
    const isRejected = peer.verdict === 'reject_subscription';
    response.writeHead(isRejected ? 403 : 200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (isRejected) response.end();
    else peer.streams.push(response);
    peer.commands.push({ command: 'subscribe', identifier });
    response.on('close', () => events.emit('seen'));
    events.emit('seen');
  }

  function answer(identifier: string, data: string, response: ServerResponse) {
    const message = ask({ command: 'message', identifier, data });
    const isRejected = peer.verdict === 'reject_subscription';
    response.writeHead(isRejected ? 403 : 200, { 'content-type': 'text/vnd.turbo-stream.html' });
    if (message !== undefined) response.end(message);
  }

  server.on('upgrade', (request, socket, head) => {
    if (way !== 'WebSocket') return void socket.destroy();
    peer.attempts += 1;
    if (peer.accepts) cable.handleUpgrade(request, socket, head, welcome);
    else socket.destroy();
    events.emit('seen');
  });

  function welcome(socket: WebSocket) {
    peer.sockets.push(socket);
    socket.send(JSON.stringify(peer.greeting));
    socket.on('message', data => take(socket, JSON.parse(String(data))));
    socket.on('close', () => events.emit('seen'));
    events.emit('seen');
  }

  function take(socket: WebSocket, command: Command) {
    const { identifier, data } = command;
    if (command.command === 'subscribe') socket.send(JSON.stringify({ identifier, type: peer.verdict }));
    const message = ask({ ...command, data });
    if (message !== undefined) socket.send(JSON.stringify({ identifier, message }));
  }

  /** Notes a command. @returns the answer, if it is a question that gets one */
  function ask(command: Command): string | undefined {
    peer.commands.push(command);
    const question: Question | undefined = command.data && JSON.parse(command.data);
    if (question) peer.questions.push(question);
    events.emit('seen');
    return question && peer.answer(question);
  }

  const pings = setInterval(() => {
    const ping = JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) });
    if (!peer.pings) return;
    for (const socket of peer.sockets) socket.send(ping);
    for (const stream of peer.streams) if (!stream.destroyed) stream.write('event: ping\ndata: 1\n\n');
  }, 1_000);

  t.after(() => {
    clearInterval(pings);
    for (const socket of peer.sockets) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return peer;
}

export function marker(from: number, version: number): string {
  return `<turbo-stream action="caught_up" data-of="messages" data-from="${from}" data-version="${version}"></turbo-stream>`;
}

const script = bundle();

async function bundle(): Promise<string> {
  const contents = `import '@hotwired/turbo';
    import './elements/turbo-cable-stream-source-element.ts'`;
  const resolveDir = new URL('../../../assets', import.meta.url).pathname;
  const result = await build({ stdin: { contents, resolveDir }, bundle: true, format: 'esm', write: false });
  return result.outputFiles[0]?.text ?? '';
}

function document(body: string): string {
  return `<!doctype html><html><head><title>Peer</title>
    <meta name="turbo-refresh-method" content="morph"><meta name="turbo-prefetch" content="false">
    <script type="module" src="/application.js"></script></head><body>${body}</body></html>`;
}
