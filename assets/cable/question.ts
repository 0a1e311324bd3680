import { isOf, isRefusal } from './plain-http.ts';
import { SignsOfLife } from './signs-of-life.ts';
import type { Incoming } from './transport.ts';

/** A catch-up by plain HTTP: a POST, and its answer as Action Cable would tell it. */
export class Question {
  readonly #receive: (incoming: Incoming) => void;
  readonly #closing = new AbortController();
  #life: SignsOfLife | undefined;

  constructor(address: string, body: string, receive: (incoming: Incoming) => void) {
    this.#receive = receive;
    void this.#ask(address, body);
  }

  /** A large answer takes its time on a slow way. */
  get isBeingAnswered(): boolean {
    return this.#life?.haveStopped === false;
  }

  /** No answer is told any more. */
  drop(): void {
    this.#closing.abort();
  }

  async #ask(address: string, body: string): Promise<void> {
    // An answer that is lost is asked for again by whoever waits for it.
    const answer = await this.#post(address, body).catch(() => undefined);
    this.#life = undefined;
    if (answer && !this.#closing.signal.aborted) this.#receive(answer);
  }

  async #post(address: string, body: string): Promise<Incoming | undefined> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(address, { method: 'POST', headers, body, signal: this.#closing.signal });
    if (isRefusal(response)) return { type: 'reject_subscription' };
    if (!isOf('text/vnd.turbo-stream.html', response)) return undefined;
    return { message: await this.#read(response) };
  }

  async #read({ body }: Response): Promise<string> {
    const life = new SignsOfLife();
    this.#life = life;
    const heard = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(bytes, controller) {
        life.hear();
        controller.enqueue(bytes);
      },
    });
    return await new Response(body?.pipeThrough(heard)).text();
  }
}
