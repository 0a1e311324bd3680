import { addressOf, isOf, isRefusal, streamNameOf } from './plain-http.ts';
import type { Incoming } from './transport.ts';

/** Catch-ups by plain HTTP: each is a POST whose answer is told as Action Cable would tell it. */
export class Questions {
  readonly #url: string;
  readonly #receive: (incoming: Incoming) => void;
  readonly #open = new Map<string, AbortController>();

  constructor(url: string, receive: (incoming: Incoming) => void) {
    this.#url = url;
    this.#receive = receive;
  }

  /** Whoever asks again for a subscription does not wait for the answer before any more. */
  ask(identifier: string, body: string): void {
    this.drop(identifier);
    const asking = new AbortController();
    this.#open.set(identifier, asking);
    // An answer that is lost is asked for again by whoever waits for it.
    void this.#post(identifier, body, asking.signal).catch(() => {});
  }

  /** No answer is told any more. */
  drop(identifier: string): void {
    this.#open.get(identifier)?.abort();
    this.#open.delete(identifier);
  }

  dropAll(): void {
    for (const identifier of this.#open.keys()) this.drop(identifier);
  }

  async #post(identifier: string, body: string, signal: AbortSignal): Promise<void> {
    const address = addressOf(this.#url, 'catch_up', [streamNameOf(identifier)]);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body, signal });
    if (isRefusal(response)) this.#receive({ type: 'reject_subscription', identifier });
    else if (isOf('text/vnd.turbo-stream.html', response))
      this.#receive({ message: await response.text(), identifier });
  }
}
