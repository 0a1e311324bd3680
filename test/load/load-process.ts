import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Lifetime } from './lifetime.ts';
import type { Measured } from './meter.ts';

/** A part of the load in a process of its own, so that its work does not delay what is measured. */
export interface LoadProcess extends Measured {
  /** @throws what the command throws there */
  ask(command: string, argument?: unknown): Promise<unknown>;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Starts a file that calls `serve`. It ends with the lifetime. */
export function startLoadProcess(t: Lifetime, name: string, entry: string): LoadProcess {
  const child = fork(entry, { serialization: 'advanced' });
  const waiting = new Map<number, (reply: Reply) => void>();
  let count = 0;
  const unexpected = (code: number | null) => t.fail(new Error(`The ${name} ended with ${code}.`));
  child.on('exit', unexpected);
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  t.after(async () => {
    child.off('exit', unexpected);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });

  return {
    name,
    pid: child.pid ?? 0,
    async ask(command, argument) {
      const id = count++;
      const { promise, resolve } = Promise.withResolvers<Reply>();
      waiting.set(id, resolve);
      child.send({ id, command, argument });
      const { error, result } = await promise;
      if (error !== undefined) throw new Error(error);
      return result;
    },
  };
}

interface Request {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

/** The other side of `startLoadProcess`: does what is asked of this process, until whoever asks is gone. */
export function serve(carryOut: (command: string, argument: unknown) => unknown): void {
  process.on('SIGINT', () => {}); // a terminal sends it to everybody, but whoever started this process ends it
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, command, argument }: Request) => {
    try {
      process.send?.({ id, result: await carryOut(command, argument) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
}
