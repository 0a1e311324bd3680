import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, Visitor } from '../support/visitor.ts';

/** What is not answered by then was lost on the way. */
const ANSWER_LOST_MS = 4_000;
/** The answer of a process that is about to end. */
const GOODBYE = 503;
const TRY_AGAIN_MS = 300;
/** Within that every process that was ended is there again. */
const PATIENCE_MS = 45_000;

/** Somebody who sends forms over a network that fails, and sends them again until they are answered. */
export class Person {
  readonly #visitor: Visitor;

  constructor(url: string) {
    this.#visitor = new Visitor(url);
  }

  get cookie(): string {
    return this.#visitor.cookie;
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return await this.#untilAnswered(() => this.#visitor.get(path, headers));
  }

  /** Sent twice it must do no harm: the second time it finds done what the first one did. */
  async post(path: string, form: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return await this.#untilAnswered(() => this.#visitor.post(path, form));
  }

  async #untilAnswered(send: () => Promise<Answer>): Promise<Answer> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const lost = delay(ANSWER_LOST_MS, undefined, { ref: false }).then(() => {
        throw new Error('No answer came.');
      });
      try {
        const answer = await Promise.race([send(), lost]);
        if (answer.status !== GOODBYE || performance.now() > end) return answer;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      await delay(TRY_AGAIN_MS);
    }
  }
}
