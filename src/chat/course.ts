import type { Dependencies } from '../dependencies.ts';
import { estimateTokens } from '../llm/estimate-tokens.ts';
import type { Batch } from './batches.ts';

/** What the log says of a run when it is over. */
interface Summary {
  readonly ms: number;
  /** From asking the model to the first that came of it; `undefined` where nothing came. */
  readonly firstTokenMs: number | undefined;
  /** By the model's own count, or else about as many. */
  readonly tokens: number;
  /** Of what the run has written, thoughts included. */
  readonly bytes: number;
}

/** How fast something came that came all at once, nobody can say. */
const SHORTEST_MEASURED_MS = 100;

/** How one run at a reply goes, as it is told to those who watch the program. */
export class Course {
  readonly #metrics: Dependencies['metrics'];
  readonly #begunAt = performance.now();
  #askedAt = this.#begunAt;
  #firstAt: number | undefined;
  #text = '';
  #wholeTokens: number | undefined;

  constructor({ metrics }: Pick<Dependencies, 'metrics'>) {
    this.#metrics = metrics;
  }

  /** The model is asked. */
  asked(): void {
    this.#askedAt = performance.now();
  }

  /** This came of it. */
  took({ text, reasoning, end }: Batch): void {
    if (text || reasoning) this.#firstTaken();
    this.#text += reasoning + text;
    if (end) this.#wholeTaken(end.completionTokens ?? estimateTokens(this.#text));
  }

  summary(): Summary {
    return {
      ms: Math.round(performance.now() - this.#begunAt),
      firstTokenMs: this.#firstAt && Math.round(this.#firstAt - this.#askedAt),
      tokens: this.#wholeTokens ?? estimateTokens(this.#text),
      bytes: Buffer.byteLength(this.#text),
    };
  }

  #firstTaken(): void {
    if (this.#firstAt !== undefined) return;
    this.#firstAt = performance.now();
    this.#metrics.modelBegan(this.#firstAt - this.#askedAt);
  }

  #wholeTaken(tokens: number): void {
    this.#wholeTokens = tokens;
    const ms = performance.now() - (this.#firstAt ?? Number.POSITIVE_INFINITY);
    if (ms >= SHORTEST_MEASURED_MS) this.#metrics.modelWrote((tokens / ms) * 1000);
  }
}
