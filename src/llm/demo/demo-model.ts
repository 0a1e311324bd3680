import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { answerTo } from './answer.ts';
import { type CompletionRequest, streamCompletion } from './stream-completion.ts';

export interface DemoModel {
  /** Ends in `/v1`, as such addresses do. */
  readonly baseUrl: string;
  /** Without it the server answers 401, so that no other program of the machine takes it for a model. */
  readonly apiKey: string;
  close(): Promise<void>;
}

/** Starts a small OpenAI-compatible server on a free port of the loopback. It needs no network and no weights. */
export async function startDemoModel(): Promise<DemoModel> {
  const apiKey = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => void handle(request, response, apiKey));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { baseUrl: `http://127.0.0.1:${portOf(server)}/v1`, apiKey, close: () => close(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The demo model listens on no port.');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function handle(request: IncomingMessage, response: ServerResponse, apiKey: string): Promise<void> {
  if (request.headers.authorization !== `Bearer ${apiKey}`) return refuse(response, 401, 'Wrong key.');
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /v1/models') return send(response, 200, MODELS);
  if (route !== 'POST /v1/chat/completions') return refuse(response, 404, 'No such route.');
  const completion = await readRequest(request);
  if (!completion?.stream) return refuse(response, 400, 'Takes { messages, stream: true }.');
  await streamCompletion(response, completion, answerTo(completion.messages));
}

/** It takes however much it is given; a figure makes it behave as the others. */
const DEMO = { id: 'demo', object: 'model', created: 0, owned_by: 'parley', context_length: 128_000 };
const MODELS = { object: 'list', data: [DEMO] };

/** Only our own client has the key, so the shape of what it sends is not checked further. */
async function readRequest(request: IncomingMessage): Promise<CompletionRequest | undefined> {
  try {
    const body = (await json(request)) as Partial<CompletionRequest> | null;
    return Array.isArray(body?.messages) ? { ...body, messages: body.messages } : undefined;
  } catch {
    return undefined; // not JSON, or the client has gone
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, status, { error: { message, type: 'invalid_request_error' } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
