import { after } from 'node:test';
import type { Scope } from './close-after.ts';
import { type Installation, install } from './installation.ts';
import { startRedis } from './redis.ts';
import { type Program, type RunningServer, startServer, startWorker } from './server-process.ts';
import { Visitor } from './visitor.ts';

/** Two web processes and two workers of one installation. */
export interface SeveralProcesses extends Installation {
  readonly servers: readonly [RunningServer, RunningServer];
  readonly workers: readonly [Program, Program];
}

/** One person at both web processes. */
export type Everywhere = readonly [Visitor, Visitor];

export async function startSeveral(
  t: Scope,
  more: Readonly<Record<string, string>> = {},
): Promise<SeveralProcesses> {
  const { url } = await startRedis(t);
  const settings = { REDIS_URL: url, ASKS_PER_MINUTE: '100000', LOG_LEVEL: 'warn', ...more };
  const installation = await install(t, settings);
  const { environment } = installation;
  const servers = [await startServer(t, environment), await startServer(t, environment)] as const;
  const workers = [await startWorker(t, environment), await startWorker(t, environment)] as const;
  return { ...installation, servers, workers };
}

/** A guest who is known to both web processes. */
export async function newPerson({ servers }: Pick<SeveralProcesses, 'servers'>): Promise<Everywhere> {
  const [here, there] = [new Visitor(servers[0].url), new Visitor(servers[1].url)];
  await here.get('/');
  there.cookie = here.cookie;
  return [here, there];
}

/** What went wrong in these that nobody expected, since it was asked for last. */
export function unexpectedErrors(programs: readonly Program[]): string[] {
  return programs.flatMap(({ output }) => {
    const all = output.stderr + (output.stdout.match(/^.*"level":(?:50|60),.*$/gm) ?? []).join('\n');
    const unseen = all.slice(seen.get(output) ?? 0);
    seen.set(output, all.length);
    return unseen || [];
  });
}

const seen = new WeakMap<Program['output'], number>();

/** Lasts as long as the suite that asks for it, whose tests share what is opened. */
export function suiteScope(): Scope {
  const undone: (() => unknown)[] = [];
  after(async () => {
    for (const undo of undone.toReversed()) await undo();
  });
  return { after: undo => void undone.push(undo) };
}
