import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { closeAfter, type Scope } from './close-after.ts';

/** An OpenAI-compatible server that says what the test says, when the test says it. */
export interface ScriptedUpstream {
  readonly baseUrl: string;
  /** How many calls for a reply have come so far. */
  readonly calls: number;
  /** What those get who ask for a title: not a word, unless the test says so. They are no calls for a reply. */
  title: string | (() => Promise<string>);
  /** What those sent who asked for a title. */
  readonly titleRequests: readonly CompletionRequest[];
  /** What `GET /v1/models` lists: ids, or what else an entry says. */
  models: (string | object)[];
  /** Waits for the next call that no standing script has answered. */
  nextCall(): Promise<UpstreamCall>;
  /** Answers every call from now on. */
  answerAll(script: (call: UpstreamCall) => void | Promise<void>): void;
}

export interface CompletionRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: object;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** Starts it on a free port of the loopback; it is closed when the test ends. */
export async function startScriptedUpstream(t: Scope): Promise<ScriptedUpstream> {
  const waiting: UpstreamCall[] = [];
  const wanted: ((call: UpstreamCall) => void)[] = [];
  let script: ((call: UpstreamCall) => unknown) | undefined;
  const titleRequests: CompletionRequest[] = [];
  let title: ScriptedUpstream['title'] = '';
  let calls = 0;
  let models: ScriptedUpstream['models'] = ['scripted'];

  const server = createServer(async (request, response) => {
    if (request.url === '/v1/models') return sendModels(response, models);
    const body = (await json(request)) as CompletionRequest;
    const call = new UpstreamCall(body, request.headers, response);
    if (asksForTitle(body)) {
      titleRequests.push(body);
      return call.whole(typeof title === 'string' ? title : await title());
    }
    calls += 1;
    const take = script ?? wanted.shift() ?? (call => waiting.push(call));
    take(call);
  });
  closeAfter(t, () => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    get calls() {
      return calls;
    },
    titleRequests,
    get title() {
      return title;
    },
    set title(next) {
      title = next;
    },
    get models() {
      return models;
    },
    set models(ids) {
      models = ids;
    },
    async nextCall() {
      return waiting.shift() ?? (await new Promise(resolve => wanted.push(resolve)));
    },
    answerAll(answer) {
      script = answer;
      for (const call of waiting.splice(0)) answer(call);
    },
  };
}

/** Its instructions tell. */
export function asksForTitle({ messages: [first] }: Pick<CompletionRequest, 'messages'>): boolean {
  return first?.role === 'system' && first.content.startsWith('You name conversations.');
}

function sendModels(response: ServerResponse, models: ScriptedUpstream['models']): void {
  const data = models.map(model => (typeof model === 'string' ? { id: model, object: 'model' } : model));
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ object: 'list', data }));
}

/** One request for a completion, and the hand that answers it. */
export class UpstreamCall {
  readonly body: CompletionRequest;
  readonly headers: IncomingHttpHeaders;
  /** When it came, in milliseconds of `performance.now()`. */
  readonly at = performance.now();
  /** Resolves with the time at which the connection ended. */
  readonly closed: Promise<number>;
  readonly #response: ServerResponse;

  constructor(body: CompletionRequest, headers: IncomingHttpHeaders, response: ServerResponse) {
    this.body = body;
    this.headers = headers;
    this.#response = response;
    this.closed = new Promise(resolve => response.on('close', () => resolve(performance.now())));
  }

  text(content: string): void {
    this.chunk(completionChunk({ content }));
  }

  reasoning(reasoning: string, field: 'reasoning' | 'reasoning_content' = 'reasoning'): void {
    this.chunk(completionChunk({ [field]: reasoning }));
  }

  /** Sends any object as an event. */
  chunk(object: object): void {
    this.raw(`data: ${JSON.stringify(object)}\n\n`);
  }

  /** Sends these bytes of an event stream. */
  raw(bytes: string | Uint8Array): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#response.write(bytes);
  }

  /** How many bytes were sent that nobody has taken yet. */
  get waitingBytes(): number {
    return this.#response.writableLength;
  }

  /** Sends a whole reply. */
  whole(content: string): void {
    if (content) this.text(content);
    this.finish();
  }

  /** Ends the reply as a model does. */
  finish(reason = 'stop', usage?: { prompt_tokens: number; completion_tokens: number }): void {
    this.chunk(completionChunk({}, reason));
    if (usage) this.chunk({ object: 'chat.completion.chunk', model: 'scripted', choices: [], usage });
    this.raw('data: [DONE]\n\n');
    this.end();
  }

  /** Answers with a status instead of an event stream. */
  status(
    status: number,
    { body = {}, headers = {} }: { body?: object | string; headers?: Record<string, string> } = {},
  ) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.#response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  }

  /** Ends the answer where it is. */
  end(): void {
    this.#response.end();
  }

  /** Cuts the connection. */
  cut(): void {
    this.#response.destroy();
  }
}

function completionChunk(delta: object, finishReason: string | null = null): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}
