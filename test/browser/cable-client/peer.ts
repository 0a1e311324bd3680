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
  /** The event streams that there have been, and what each was asked for. */
  readonly eventStreams: { readonly response: ServerResponse; readonly names: readonly string[] }[];
  readonly commands: Command[];
  readonly questions: Question[];
  /** The answer to a catch-up; `undefined`: none. */
  answer: (question: Question, stream: string) => string | undefined;
  /** What ends answers that have begun to arrive, where they come by plain HTTP. */
  answersEnd: Promise<void>;
  /** The names of the streams that are not for the page. */
  readonly refused: Set<string>;
  /** What follows the handshake. */
  greeting: object;
  accepts: boolean;
  /** Whether something on the way refuses event streams. */
  isForbidden: boolean;
  pings: boolean;
  /** Connections by its way that were tried, accepted or not. */
  attempts: number;
  /** @param stream its name; without it, the one that was subscribed to last */
  send(frame: string, stream?: string): void;
  /** Ends the connection without a word. */
  cut(): void;
  /** Waits until something that the peer saw makes the condition true. */
  until(condition: () => boolean): Promise<void>;
}

/** What a server says of itself in its answers. */
const SIGNATURE = { 'cable-server': 'peer' };

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
    eventStreams: [],
    commands: [],
    questions: [],
    answer: ({ list }) => marker(list, list),
    answersEnd: Promise.resolve(),
    refused: new Set(),
    greeting: { type: 'welcome' },
    accepts: true,
    isForbidden: false,
    pings: true,
    attempts: 0,
    send(frame, stream = subscribedTo().at(-1) ?? '') {
      peer.sockets.at(-1)?.send(JSON.stringify({ identifier: identifierOf(stream), message: frame }));
      const { response, names = [] } = peer.eventStreams.at(-1) ?? {};
      if (names.length > 1) response?.write(`event: ${stream}\n`);
      response?.write(`${frame.replace(/^/gm, 'data: ')}\n\n`);
    },
    cut() {
      peer.sockets.at(-1)?.terminate();
      peer.eventStreams.at(-1)?.response.destroy();
    },
    async until(condition) {
      if (condition()) return;
      for await (const _ of on(events, 'seen', { signal: AbortSignal.timeout(15_000) }))
        if (condition()) return;
    },
  };

  function subscribedTo(): string[] {
    return peer.commands.filter(({ command }) => command === 'subscribe').map(nameOf);
  }

  async function respond(request: IncomingMessage, response: ServerResponse) {
    const { url = '/' } = request;
    if (url === '/application.js') {
      response.setHeader('content-type', 'text/javascript').end(await script);
      return;
    }
    const { pathname, searchParams } = new URL(url, peer.url);
    const names = searchParams.getAll('stream');
    const isEventStream = way === 'event streams';
    if (isEventStream && pathname === '/cable/events') return stream(names, response);
    if (isEventStream && pathname === '/cable/catch_up')
      return answer(identifierOf(names[0] ?? ''), await text(request), response);
    const body = peer.pages.get(url);
    if (body) {
      peer.requests.push(url);
      events.emit('seen');
    }
    response.statusCode = body ? 200 : 404;
    response.setHeader('content-type', 'text/html').end(document(body ? await body() : ''));
  }

  function stream(names: readonly string[], response: ServerResponse) {
    peer.attempts += 1;
    events.emit('seen');
    if (!peer.accepts) return void response.destroy();
    if (peer.isForbidden) return void response.writeHead(403).end('Not in this network.');
    const areRefused = names.every(name => peer.refused.has(name));
    response.writeHead(areRefused ? 403 : 200, { 'content-type': 'text/event-stream', ...SIGNATURE });
    response.flushHeaders();
    for (const name of names) {
      peer.commands.push({ command: 'subscribe', identifier: identifierOf(name) });
      if (!areRefused)
        response.write(`event: ${peer.refused.has(name) ? 'reject' : 'confirm'}\ndata: ${name}\n\n`);
    }
    if (areRefused) response.end();
    else peer.eventStreams.push({ response, names });
    response.on('close', () => events.emit('seen'));
    events.emit('seen');
  }

  async function answer(identifier: string, data: string, response: ServerResponse) {
    const message = ask({ command: 'message', identifier, data });
    response.writeHead(isRefused(identifier) ? 403 : 200, {
      'content-type': 'text/vnd.turbo-stream.html',
      ...SIGNATURE,
    });
    if (message === undefined) return;
    response.write(message.slice(0, 1));
    await peer.answersEnd;
    response.end(message.slice(1));
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
    const type = isRefused(identifier) ? 'reject_subscription' : 'confirm_subscription';
    if (command.command === 'subscribe') socket.send(JSON.stringify({ identifier, type }));
    const message = ask({ ...command, data });
    if (message !== undefined) socket.send(JSON.stringify({ identifier, message }));
  }

  /** Notes a command. @returns the answer, if it is a question that gets one */
  function ask(command: Command): string | undefined {
    peer.commands.push(command);
    const question: Question | undefined = command.data && JSON.parse(command.data);
    if (question) peer.questions.push(question);
    events.emit('seen');
    return question && peer.answer(question, nameOf(command));
  }

  function isRefused(identifier: string): boolean {
    return peer.refused.has(nameOf({ identifier }));
  }

  const pings = setInterval(() => {
    const ping = JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) });
    if (!peer.pings) return;
    for (const socket of peer.sockets) socket.send(ping);
    for (const { response } of peer.eventStreams)
      if (!response.destroyed) response.write('event: ping\ndata: 1\n\n');
  }, 1_000);

  t.after(() => {
    clearInterval(pings);
    for (const socket of peer.sockets) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return peer;
}

export function marker(from: number, version: number, of = 'messages'): string {
  return `<turbo-stream action="caught_up" data-of="${of}" data-from="${from}" data-version="${version}"></turbo-stream>`;
}

function identifierOf(signed_stream_name: string): string {
  return JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name });
}

function nameOf({ identifier }: Pick<Command, 'identifier'>): string {
  return JSON.parse(identifier).signed_stream_name;
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
