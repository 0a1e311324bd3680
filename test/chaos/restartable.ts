import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from '../support/server-process.ts';

/** A process that is told to end gives replies 2 s, and requests 5 s. */
const LONGEST_GOODBYE_MS = 15_000;

/** A process that is ended and started again, as often as wanted. */
export class Restartable<Running extends Program> {
  readonly name: string;
  readonly #start: () => Promise<Running>;
  readonly #all: Running[] = [];
  #work: Promise<void> = Promise.resolve();
  #running: Running | undefined;
  readonly #faults: string[] = [];

  constructor(name: string, start: () => Promise<Running>) {
    this.name = name;
    this.#start = start;
  }

  /** The process, while it lives and is not being ended. */
  get running(): Running | undefined {
    return this.#running;
  }

  async start(): Promise<void> {
    const running = await this.#start();
    this.#all.push(running);
    this.#running = running;
    void running.exited.then(({ code, signal }) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#faults.push(`The ${this.name} ended by itself, with ${code ?? signal}.`);
    });
  }

  /** Ends it, waits so long, and starts it; one restart after the other. */
  async restart(signal: 'SIGKILL' | 'SIGTERM', pauseMs: number): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#running) await this.#end(this.#running, signal);
      await delay(pauseMs);
      await this.start();
    });
    await this.#work;
  }

  async #end(running: Running, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#running = undefined;
    running.kill(signal);
    const late = delay(LONGEST_GOODBYE_MS, 'late', { ref: false });
    if ((await Promise.race([running.exited, late])) !== 'late') return;
    this.#faults.push(`The ${this.name} did not end within ${LONGEST_GOODBYE_MS / 1_000} s of ${signal}.`);
    running.kill('SIGKILL');
    await running.exited;
  }

  /** What it did, and what it wrote into its log as an error, in words. */
  get faults(): readonly string[] {
    const lines = this.#all.flatMap(({ output }) => [
      ...output.stdout.split('\n').filter(line => ERROR.test(line)),
      ...output.stderr.split('\n').filter(Boolean),
    ]);
    return [...this.#faults, ...lines.map(line => `The ${this.name} said: ${line}`)];
  }
}

/** A line of pino's, of the level `error` or worse. */
const ERROR = /^\{"level":[56]0,/;
