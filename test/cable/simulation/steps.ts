/** A message as it is drawn. */
export interface Article {
  readonly id: string;
  readonly version: number;
  readonly status: 'complete' | 'streaming' | 'stopped';
  readonly siblings: number;
  readonly text: string;
}

/** What a `<turbo-stream>` does, without its HTML. */
export type Deed =
  | { readonly action: 'append'; readonly target: string; readonly text: string }
  | { readonly action: 'shorten'; readonly target: string; readonly by: number }
  | { readonly action: 'redraw'; readonly target: string; readonly article: Article }
  | { readonly action: 'insert'; readonly target: string | undefined; readonly articles: readonly Article[] }
  | { readonly action: 'exchange'; readonly target: string; readonly articles: readonly Article[] }
  | { readonly action: 'remove'; readonly target: string }
  | { readonly action: 'caught_up'; readonly target?: undefined };

/** A step of the thing `of`: a message's id, or the list's. */
export type SimulatedStep = Deed & {
  readonly of: string;
  readonly from: number | undefined;
  readonly version: number;
};

export const LIST = 'messages';

const MARKER = '<turbo-stream action="caught_up" data-of="messages"></turbo-stream>';

/** The steps of one message on the wire; an answer to a catch-up ends in the real marker. */
export function toFrame(steps: readonly SimulatedStep[]): string {
  const isAnswer = steps.at(-1)?.action === 'caught_up';
  return `${JSON.stringify(steps)}\n${isAnswer ? MARKER : ''}`;
}

export function fromFrame(frame: string): SimulatedStep[] {
  return JSON.parse(frame.slice(0, frame.lastIndexOf('\n')));
}
