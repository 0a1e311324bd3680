import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { Random } from '../support/random.ts';
import type { Reader } from '../support/reader.ts';
import type { Program } from '../support/server-process.ts';
import type { Connection, Door } from './balancer.ts';
import type { Counts } from './counts.ts';
import type { Restartable } from './restartable.ts';
import type { Disturbance, Kind } from './schedule.ts';
import type { Stack } from './stack.ts';
import type { Tab } from './tab.ts';

/** What can be disturbed. */
export interface Scene {
  readonly stack: Stack;
  readonly doors: readonly Door[];
  readonly tabs: readonly Tab[];
  readonly readers: readonly Reader[];
  readonly counts: Counts;
}

type Deed = (scene: Scene, random: Random, forMs: number) => Promise<unknown>;

/** Of the connections that stand, so many are cut at once. */
const MOST_CUT = 0.4;
const MOST_SILENCED = 0.1;
const STALLED = 0.03;
/** A process that was ended is there again by then. */
const RETURN_SECONDS = 30;

const DEEDS: Readonly<Record<Kind, Deed>> = {
  cut: async ({ doors, counts }, random) => {
    const cut = some(random, await standing(doors), random.between(0, MOST_CUT));
    for (const connection of cut) connection.cut();
    counts.add('cuts', cut.length);
  },

  /** Nobody is told for longer than a page believes in a connection. */
  'silent cut': async ({ doors, counts }, random, forMs) => {
    const silent = some(random, await standing(doors), random.between(0, MOST_SILENCED));
    for (const connection of silent) connection.swallow();
    counts.add('silent cuts', silent.length);
    await delay(forMs);
    for (const connection of silent) connection.cut();
  },

  'kill web': async ({ stack, counts }, random, forMs) => {
    counts.add('kills of web processes');
    await restartOne(random, stack.webs, 'SIGKILL', forMs);
  },

  'replace web': async ({ stack, counts }, random, forMs) => {
    counts.add('replacements of web processes');
    await restartOne(random, stack.webs, 'SIGTERM', forMs);
  },

  'kill worker': async ({ stack, counts }, random, forMs) => {
    counts.add('kills of workers');
    await restartOne(random, stack.workers, 'SIGKILL', forMs);
  },

  'replace worker': async ({ stack, counts }, random, forMs) => {
    counts.add('replacements of workers');
    await restartOne(random, stack.workers, 'SIGTERM', forMs);
  },

  'restart Redis': async ({ stack, counts }, _random, forMs) => {
    counts.add('restarts of Redis');
    await stack.redis?.stop();
    await delay(forMs);
    await stack.redis?.start();
  },

  stall: async ({ readers, counts }, random, forMs) => {
    const stalled = some(random, await reading(readers), STALLED);
    for (const reader of stalled) reader.stall(forMs);
    counts.add('stalls', stalled.length);
    await delay(forMs);
  },

  hide: async ({ tabs }, random, forMs) => await random.pick(tabs)?.hide(forMs),

  sleep: async ({ tabs }, random, forMs) => await random.pick(tabs)?.sleep(forMs),

  'go offline': async ({ tabs }, random, forMs) => await random.pick(tabs)?.goOffline(forMs),
};

/** Does each in its time. @returns when the last one is over and made good @throws when the signal ends it */
export async function carryOut(
  schedule: readonly Disturbance[],
  scene: Scene,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    schedule.map(async ({ kind, atMs, forMs, seed }) => {
      await delay(atMs, undefined, { signal });
      await DEEDS[kind](scene, new Random(seed), forMs);
    }),
  );
}

async function restartOne(
  random: Random,
  processes: readonly Restartable<Program>[],
  signal: 'SIGKILL' | 'SIGTERM',
  forMs: number,
): Promise<void> {
  await random.pick(processes)?.restart(signal, forMs);
}

/** Those that stand, or will once a process is there again. */
async function standing(doors: readonly Door[]): Promise<Connection[]> {
  return await eventually(() => {
    const connections = doors.flatMap(each => each.connections);
    return connections.length > 0 && connections;
  }, RETURN_SECONDS);
}

/** The same of readers. */
async function reading(readers: readonly Reader[]): Promise<Reader[]> {
  return await eventually(() => {
    const awake = readers.filter(({ isReading }) => isReading);
    return awake.length > 0 && awake;
  }, RETURN_SECONDS);
}

/** About this share of them, at least one. */
function some<Item>(random: Random, items: readonly Item[], share: number): Item[] {
  const chosen = items.filter(() => random.happens(share));
  return chosen.length > 0 ? chosen : [random.pick(items)].filter(item => item !== undefined);
}
