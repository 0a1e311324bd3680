import type { SentEvent } from './event-stream.ts';
import { ACCUMULATED_END, type AccumulatedEvent, type ChatEvents } from './events.ts';

/** How an endpoint words what comes of a reply. */
export interface Wording {
  /** @param whole all the text so far @param added what came since the last event */
  text(whole: string, added: string): SentEvent;
  /** @param status as HTTP would have it */
  error(status: number, sentence: string): SentEvent;
  readonly end: SentEvent;
}

/** Each event holds all the text so far. */
export const accumulated: Wording = {
  text: whole => ({ data: { status: 200, content: whole } satisfies AccumulatedEvent }),
  error: (status, error) => ({ data: { status, error } satisfies AccumulatedEvent }),
  end: ACCUMULATED_END,
};

/** Each event holds what is new. */
export const deltas: Wording = {
  text: (_, text) => chatEvent('text', { text }),
  error: (_, message) => chatEvent('error', { message }),
  end: chatEvent('done', {}),
};

function chatEvent<Name extends keyof ChatEvents>(event: Name, data: ChatEvents[Name]): SentEvent {
  return { event, data };
}
