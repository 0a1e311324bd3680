import type { Browser } from 'playwright-core';
import { CatchUp } from '../../assets/cable/catch-up.ts';
import type { Scope } from '../support/close-after.ts';
import { Random } from '../support/random.ts';
import { Reader } from '../support/reader.ts';
import { type Door, openDoor } from './balancer.ts';
import type { Counts } from './counts.ts';
import { CatchUp as CatchUpThatNeverAsks } from './never-asks.ts';
import { serveScriptThatNeverAsks } from './page-script.ts';
import { Person } from './person.ts';
import type { Rows } from './rows.ts';
import { seedFrom } from './seed.ts';
import type { Stack } from './stack.ts';
import { Tab } from './tab.ts';
import { Talk } from './talk.ts';

interface CompanyOptions {
  readonly seed: number;
  readonly stack: Stack;
  readonly rows: Rows;
  readonly browser: Browser;
  /** `false`: nobody asks for what they missed. */
  readonly catchesUp: boolean;
  readonly crowd: keyof typeof CROWDS;
  readonly counts: Counts;
}

/** Everybody who uses the program. */
export interface Company {
  readonly doors: readonly Door[];
  readonly talks: readonly Talk[];
  readonly tabs: readonly Tab[];
  /** By the talk that they read. */
  readonly readers: ReadonlyMap<Talk, readonly Reader[]>;
}

interface Crowd {
  /** For each person, how many tabs show each of the two conversations. */
  readonly tabs: readonly (readonly [number, number])[];
  readonly readers: number;
}

/** How many come: a few show the same sort of faults, and take a fraction of the time. */
export const CROWDS = {
  all: {
    tabs: [
      [2, 0],
      [2, 0],
      [2, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    readers: 200,
  },
  few: {
    tabs: [
      [2, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 0],
    ],
    readers: 36,
  },
} as const satisfies Readonly<Record<string, Crowd>>;

/**
 * Lets everybody begin their conversations and open their pages; the readers come once the first replies are there.
 * The pages of one person share a door of their own, so that they can lose the network by themselves.
 */
export async function gather(t: Scope, options: CompanyOptions): Promise<Company> {
  const door = await openDoor(t, options.stack.living);
  const crowd = CROWDS[options.crowd];
  const parties = await Promise.all(
    crowd.tabs.map(async (tabCounts, place) => {
      const talks = await beginTalks(options, door, `Talk ${place + 1}`, tabCounts.length);
      return { talks, door: await openTabs(t, options, talks, tabCounts) };
    }),
  );
  const talks = parties.flatMap(party => party.talks);
  await Promise.all(talks.map(talk => talk.closed()));
  return {
    talks,
    doors: [door, ...parties.map(party => party.door)],
    tabs: talks.flatMap(({ tabs }) => tabs),
    readers: new Map(
      await Promise.all(
        talks.map(async (talk, place) => {
          const count = Math.ceil((crowd.readers - place) / talks.length);
          return [talk, await seatReaders(t, options, door, talk, count)] as const;
        }),
      ),
    ),
  };
}

async function beginTalks({ seed, rows, counts }: CompanyOptions, door: Door, name: string, count: number) {
  const person = new Person(door.url);
  await person.get('/');
  return await Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const own = `${name}${'ab'[place]}`;
      return await Talk.begin({ name: own, person, rows, counts, random: new Random(seedFrom(seed, own)) });
    }),
  );
}

/** @returns the door by which they come */
async function openTabs(
  t: Scope,
  { stack, browser, catchesUp, counts }: CompanyOptions,
  talks: readonly Talk[],
  tabCounts: readonly number[],
): Promise<Door> {
  const door = await openDoor(t, stack.living);
  const context = await browser.newContext();
  if (!catchesUp) await serveScriptThatNeverAsks(context);
  for (const [place, { name, path, cookie, tabs }] of talks.entries()) {
    const [cookieName = '', value = ''] = cookie.split('=');
    await context.addCookies([{ name: cookieName, value, url: door.url }]);
    for (let tab = 1; tab <= (tabCounts[place] ?? 0); tab++)
      tabs.push(await Tab.open(`${name}, tab ${tab}`, context, { path, door, counts }));
  }
  return door;
}

async function seatReaders(
  t: Scope,
  { catchesUp, counts }: CompanyOptions,
  { url }: Door,
  talk: Talk,
  count: number,
): Promise<Reader[]> {
  const html = await talk.page();
  if (html === undefined) throw new Error(`${talk.name} is gone before it began.`);
  const catchUp = catchesUp ? CatchUp : CatchUpThatNeverAsks;
  return Array.from({ length: count }, () => {
    const reader = new Reader({ url, cookie: talk.cookie, html, catchUp, count: name => counts.add(name) });
    t.after(() => reader.leave());
    return reader;
  });
}
