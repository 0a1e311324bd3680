import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ACCUMULATED_END, type AccumulatedEvent, type ChatEvents } from '../../src/event-streams/events.ts';
import { Arrivals, type Reception } from './arrivals.ts';
import { findMarks, now } from './marks.ts';

/** What one event stream brought. */
export interface StreamOutcome extends Reception {
  readonly text: string;
  /** All of it as it came, event by event, for an event stream of deltas. */
  readonly raw: string;
}

/** `accumulated`: each event brings all the text so far; `deltas`: what came since the last one. */
export type StreamKind = 'accumulated' | 'deltas';

const LONGEST_MARK = 16;

/** Asks by an event stream and reads it to its end. @throws when it is refused, or does not come to its end */
export async function readEventStream(
  base: string,
  cookie: string,
  kind: StreamKind,
  question: string,
): Promise<StreamOutcome> {
  const headers = { cookie, accept: 'text/event-stream' };
  const request = get(new URL(address(kind, question), base), { agent: false, headers });
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response?.statusCode !== 200)
    throw new Error(`An event stream was refused with ${response?.statusCode}.`);
  const { socket } = response;
  const reading = new Reading(kind);
  let raw = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    reading.take(chunk, now());
    if (kind === 'deltas') raw += chunk;
  });
  await once(response, 'end');
  const wireBytes = socket.bytesRead - headBytes(response);
  return { ...reading.outcome(), raw, plainBytes: wireBytes, wireBytes };
}

function address(kind: StreamKind, question: string): string {
  if (kind === 'accumulated')
    return `/v1/completions/live_stream?${new URLSearchParams({ prompt: question })}`;
  const messages = JSON.stringify([{ role: 'user', content: question }]);
  return `/chat?${new URLSearchParams({ bot: 'ChatBot', messages })}`;
}

/** The status line, and each header's name and value with `: ` and a line break, and an empty line. */
function headBytes({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): number {
  const status = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`;
  return rawHeaders.reduce((total, text) => total + Buffer.byteLength(text, 'latin1') + 2, status.length + 2);
}

class Reading {
  readonly #arrivals = new Arrivals();
  readonly #take: (event: EventSourceMessage) => string;
  readonly #parser = createParser({ onEvent: event => this.#hear(event) });
  #arrivedAt = 0;
  #text = '';
  #frames = 0;
  #isDone = false;
  #wentBack = 0;

  constructor(kind: StreamKind) {
    this.#take = kind === 'accumulated' ? event => this.#replaced(event) : event => this.#extended(event);
  }

  take(chunk: string, arrivedAt: number): void {
    this.#arrivedAt = arrivedAt;
    this.#parser.feed(chunk);
  }

  outcome(): Omit<StreamOutcome, 'raw' | 'plainBytes' | 'wireBytes'> {
    if (!this.#isDone) throw new Error('An event stream broke off.');
    const { gaps, ...summary } = this.#arrivals.summary;
    return { ...summary, gaps: gaps + this.#wentBack, frames: this.#frames, text: this.#text };
  }

  #hear(event: EventSourceMessage): void {
    this.#frames += 1;
    const text = this.#take(event);
    // A mark may have begun in the event before.
    const known = Math.max(0, this.#text.length - LONGEST_MARK);
    this.#text = text;
    this.#arrivals.add(findMarks(text.slice(known)), this.#arrivedAt);
  }

  #replaced({ data }: EventSourceMessage): string {
    this.#isDone = data === ACCUMULATED_END;
    if (this.#isDone) return this.#text;
    const event: AccumulatedEvent = JSON.parse(data);
    if (!('content' in event)) throw new Error(event.error);
    if (!event.content.startsWith(this.#text)) this.#wentBack += 1;
    return event.content;
  }

  #extended({ event, data }: EventSourceMessage): string {
    const said: Partial<ChatEvents['text'] & ChatEvents['error']> = JSON.parse(data);
    if (event === 'error') throw new Error(said.message);
    this.#isDone = event === 'done';
    return this.#text + (said.text ?? '');
  }
}
