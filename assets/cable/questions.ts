import { addressOf, streamNameOf } from './plain-http.ts';
import { Question } from './question.ts';
import type { Incoming } from './transport.ts';

/** Catch-ups by plain HTTP, one at a time for each subscription. */
export class Questions {
  readonly #url: string;
  readonly #receive: (incoming: Incoming) => void;
  readonly #open = new Map<string, Question>();

  constructor(url: string, receive: (incoming: Incoming) => void) {
    this.#url = url;
    this.#receive = receive;
  }

  /** Whoever asks again for a subscription does not wait for the answer before any more, unless that is arriving. */
  ask(identifier: string, body: string): void {
    if (this.#open.get(identifier)?.isBeingAnswered) return;
    this.drop(identifier);
    const address = addressOf(this.#url, 'catch_up', [streamNameOf(identifier)]);
    const receive = (incoming: Incoming) => this.#receive({ ...incoming, identifier });
    this.#open.set(identifier, new Question(address, body, receive));
  }

  /** No answer is told any more. */
  drop(identifier: string): void {
    this.#open.get(identifier)?.drop();
    this.#open.delete(identifier);
  }

  dropAll(): void {
    for (const identifier of this.#open.keys()) this.drop(identifier);
  }
}
