import { setTimeout as delay } from 'node:timers/promises';
import { type Handlers, jobId, type Queue, runJob } from './queue.ts';

interface Options {
  /** How many jobs run at once. */
  readonly concurrency: number;
  /** Is told of a job that threw. */
  readonly onError: (error: unknown, jobId: string) => void;
}

/** A job that nobody has begun yet. */
interface Waiting {
  readonly addedAt: number;
  run(waitedMs: number): Promise<void>;
}

/** Runs jobs inside this process. What waits or runs when the process dies is lost here; the sweep finds replies in the rows. */
export function inProcessQueue({ concurrency, onError }: Options): Queue {
  const waiting = new Map<string, Waiting>();
  const running = new Map<string, Promise<void>>();
  const shutdown = new AbortController();
  let handlers: Handlers | undefined;
  let closed = false;

  function runNext(): void {
    while (handlers && !closed && running.size < concurrency) {
      const next = waiting.entries().next().value;
      if (!next) return;
      const [id, job] = next;
      waiting.delete(id);
      running.set(
        id,
        job
          .run(performance.now() - job.addedAt)
          .catch(error => onError(error, id))
          .finally(() => ended(id)),
      );
    }
  }

  function ended(id: string): void {
    running.delete(id);
    runNext();
  }

  return {
    async add(name, payload) {
      const id = jobId(name, payload);
      if (closed || waiting.has(id) || running.has(id)) return;
      waiting.set(id, {
        addedAt: performance.now(),
        run: async waitedMs => handlers && runJob(handlers, name, payload, shutdown.signal, waitedMs),
      });
      runNext();
    },

    work(those) {
      handlers = those;
      runNext();
    },

    async backlog() {
      const [oldest] = waiting.values();
      return {
        waiting: waiting.size,
        oldestWaitMs: oldest ? performance.now() - oldest.addedAt : 0,
      };
    },

    async close(graceMs) {
      closed = true;
      const ends = Promise.all(running.values());
      await Promise.race([ends, delay(graceMs, undefined, { ref: false })]);
      shutdown.abort();
      await ends;
    },
  };
}
