import type { HistoryMessage } from '../../src/event-streams/events.ts';

/** What a reader tells of a reply while it comes: first its text, then once either its end or an error, then nothing. */
export interface Listener {
  /** Everything so far from a stream of accumulated events, what is new from a stream of deltas. */
  onText(text: string): void;
  onEnd(): void;
  /** A sentence for the person. What came before it stands. */
  onError(sentence: string): void;
  /** How many bytes each event took on the wire, told before what it says. */
  onEvent?(bytes: number): void;
}

/** A reply that is being read. */
export interface Reading {
  /** Ends the connection at once, and with it the reply at the model. Nothing more is told. */
  close(): void;
}

/** What `/chat` is asked. Where there are no messages, the bot greets. */
export interface ChatQuestion {
  readonly bot: string;
  readonly messages: readonly HistoryMessage[];
  /** Where the page wants to know what is sent to it. */
  readonly tab?: string;
}

export const BROKEN_OFF = 'The connection broke off. What came is above; nothing was asked again.';
export const UNREACHABLE = 'The server could not be reached. Try again in a moment.';
