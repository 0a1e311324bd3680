import type { FastifyBaseLogger } from 'fastify';
import { Refusal } from '../errors.ts';
import { type FaultKind, UpstreamFault } from '../llm/faults.ts';
import type { ReplyEvent } from '../llm/model.ts';
import type { Event, EventStream } from './event-stream.ts';

/** How an endpoint words what comes of a reply. */
export interface Wording {
  /** @param whole all the text so far @param added what came since the last event */
  text(whole: string, added: string): Event;
  /** @param status as HTTP would have it */
  error(status: number, sentence: string): Event;
  readonly end: Event;
}

interface Circumstances {
  /** Fires when the process is about to end. */
  readonly closing: AbortSignal;
  readonly log: FastifyBaseLogger;
}

/** Not all of it, but usable. */
const PARTIAL_CONTENT = 206;

/**
 * Tells a reader a reply as the model writes it, and at last its end, whatever happens. Reads no faster than the reader
 * does, and leaves the model when the reader has left.
 */
export async function tellReply(
  stream: EventStream,
  wording: Wording,
  ask: (signal: AbortSignal) => AsyncIterable<ReplyEvent>,
  { closing, log }: Circumstances,
): Promise<void> {
  const signal = AbortSignal.any([stream.left, closing]);
  try {
    let whole = '';
    for await (const event of ask(signal)) {
      if (event.type === 'text') {
        whole += event.text;
        await stream.send(wording.text(whole, event.text));
      } else if (event.type === 'end' && event.note) {
        await stream.send(wording.error(PARTIAL_CONTENT, event.note));
      }
    }
    if (closing.aborted) throw new ShuttingDown('The server is being restarted. Ask again in a moment.');
  } catch (error) {
    const { status, message } = refusalOf(error, log);
    await stream.send(wording.error(status, message));
  }
  await stream.send(wording.end);
}

/** What the reader is told of an error: a status as HTTP would have it, and a sentence. */
function refusalOf(error: unknown, log: FastifyBaseLogger): { status: number; message: string } {
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

class ShuttingDown extends Refusal {
  override readonly status = 503;
}
