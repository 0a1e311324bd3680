/** The end of a stream of accumulated events: bare, no JSON, as OpenAI's own streams end. */
export const ACCUMULATED_END = '[DONE]';

/** What each unnamed event of `GET /v1/completions/live_stream` holds: all the text so far, or why no more comes. */
export type AccumulatedEvent =
  | { readonly status: 200; readonly content: string }
  | { readonly status: number; readonly error: string };

/** The events of `/chat` by their names. `done` is always the last one, also after an `error`. */
export interface ChatEvents {
  /** What came since the last one. */
  readonly text: { readonly text: string };
  /** A sentence for the person: why the reply cannot be had, or is cut short. */
  readonly error: { readonly message: string };
  readonly done: Readonly<Record<string, never>>;
}

/** What `messages` of `/chat` holds, oldest first. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}
