import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

/** An event stream that is being read. Each event comes as one line: its name, where it has one, and its data. */
export interface OpenStream {
  readonly response: Response;
  /** The next event; `undefined` at the end. */
  next(): Promise<string | undefined>;
  /** All the others, to the end. */
  rest(): Promise<string[]>;
  leave(): void;
}

/** Asks for an event stream by fetch. It is left when the test ends. */
export async function openStream(t: TestContext, url: string, init: RequestInit = {}): Promise<OpenStream> {
  const leaving = new AbortController();
  t.after(() => leaving.abort());
  const response = await fetch(url, { ...init, signal: leaving.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.ok(response.body);
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const next = async () => {
    const { value } = await events.read();
    return value && line(value);
  };
  return {
    response,
    next,
    async rest() {
      const lines: string[] = [];
      for (let each = await next(); each !== undefined; each = await next()) lines.push(each);
      return lines;
    },
    leave: () => leaving.abort(),
  };
}

/** Asks for an event stream and reads it to its end. */
export async function readStream(t: TestContext, url: string, init?: RequestInit): Promise<string[]> {
  const stream = await openStream(t, url, init);
  return await stream.rest();
}

function line({ event, data }: EventSourceMessage): string {
  return event ? `${event} ${data}` : data;
}

/** The sentence of an event that tells an error. */
export function sentenceIn(event = ''): string {
  const { error, message }: { error?: unknown; message?: unknown } = JSON.parse(event.replace(/^error /, ''));
  const sentence = error ?? message;
  assert.ok(typeof sentence === 'string', event);
  return sentence;
}

/** As `fetch` takes it. */
export type WayRequest = readonly [url: string, init?: RequestInit];

/** A way to ask one question, and how its answer tells a text and an error. */
export interface Way {
  readonly name: string;
  request(url: string, question: string): WayRequest;
  /** @param whole all the text so far @param added what is new of it */
  text(whole: string, added: string): string;
  error(sentence: string, status: number): string;
  readonly end: string;
}

const chat: Pick<Way, 'text' | 'error' | 'end'> = {
  text: (_, text) => `text ${JSON.stringify({ text })}`,
  error: message => `error ${JSON.stringify({ message })}`,
  end: 'done {}',
};

/** Every way to ask one question. */
export const WAYS: readonly Way[] = [
  {
    name: 'GET /v1/completions/live_stream',
    request: (url, prompt) => [liveStream(url, { prompt })],
    text: content => JSON.stringify({ status: 200, content }),
    error: (error, status) => JSON.stringify({ status, error }),
    end: '[DONE]',
  },
  {
    name: 'GET /chat',
    request: (url, content) => [chatQuery(url, { messages: JSON.stringify([{ role: 'user', content }]) })],
    ...chat,
  },
  {
    name: 'POST /chat',
    request: (url, content) => [`${url}/chat`, postedJson({ messages: [{ role: 'user', content }] })],
    ...chat,
  },
];

export function liveStream(url: string, query: Readonly<Record<string, string>>): string {
  return `${url}/v1/completions/live_stream?${new URLSearchParams(query)}`;
}

export function chatQuery(url: string, query: Readonly<Record<string, string>>): string {
  return `${url}/chat?${new URLSearchParams(query)}`;
}

export function postedJson(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function postedForm(body: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(body) };
}
