import type { FastifyBaseLogger } from 'fastify';
import { Refusal } from '../errors.ts';
import { type FaultKind, UpstreamFault } from '../llm/faults.ts';
import type { ReplyEvent } from '../llm/model.ts';
import type { EventStream } from './event-stream.ts';
import { GrowingText } from './growing-text.ts';
import type { Wording } from './wordings.ts';

/** What a reader is told of trouble: a status as HTTP would have it, and a sentence. */
type Trouble = Pick<Refusal, 'status' | 'message'>;

/**
 * Tells a reader a reply as the model writes it, and at last its end, whatever happens. Reads no faster than the reader
 * does, and leaves the model when the reader has left.
 */
export async function tellReply(
  stream: EventStream,
  wording: Wording,
  ask: (gone: AbortSignal) => AsyncIterable<ReplyEvent>,
  log: FastifyBaseLogger,
): Promise<void> {
  const text = new GrowingText(stream, (whole, added) => wording.text(whole, added));
  const trouble = await tellText(text, ask(stream.gone), stream.gone).catch(error => troubleOf(error, log));
  text.flush();
  if (trouble) stream.send(wording.error(trouble.status, trouble.message));
  stream.send(wording.end);
}

/** Not all of it, but usable. */
const PARTIAL_CONTENT = 206;
const CLOSING: Trouble = {
  status: 503,
  message: 'The server is being restarted. Ask again in a moment.',
};

/** @returns why the reply is not whole */
async function tellText(
  text: GrowingText,
  reply: AsyncIterable<ReplyEvent>,
  gone: AbortSignal,
): Promise<Trouble | undefined> {
  let note: string | undefined;
  for await (const event of reply) {
    if (event.type === 'text') await text.add(event.text);
    else if (event.type === 'end') note = event.note;
  }
  if (gone.aborted) return CLOSING;
  return note ? { status: PARTIAL_CONTENT, message: note } : undefined;
}

function troubleOf(error: unknown, log: FastifyBaseLogger): Trouble {
  if (error instanceof Refusal) return error;
  if (error instanceof UpstreamFault) {
    log.warn({ fault: error.kind, trace: error.trace }, error.sentence);
    return { status: STATUS_OF_FAULT[error.kind] ?? 502, message: error.sentence };
  }
  log.error(error, 'An event stream failed.');
  return { status: 500, message: 'Something went wrong on the server. It has been written down.' };
}

/** Of those that are not simply a bad gateway. */
const STATUS_OF_FAULT: Readonly<Partial<Record<FaultKind, number>>> = {
  'too-long': 422,
  'filtered-question': 422,
  filtered: 422,
  'rate-limited': 503,
  silent: 504,
};
