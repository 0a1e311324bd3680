import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { Visitor } from '../support/visitor.ts';
import { serve } from './load-process.ts';
import { now } from './marks.ts';
import { Reader } from './reader.ts';
import type { Answer, Question, Visit } from './readers.ts';
import { questionFor } from './script.ts';

/** Somebody with a conversation, and the pages that show it. */
interface Person {
  readonly url: string;
  readonly visitor: Visitor;
  readonly path: string;
  readonly html: string;
  readonly readers: Reader[];
}

/** How many people do something at the same time while the load is being prepared. */
const AT_ONCE = 20;
const LONGEST_WAIT_MS = 60_000;

const people: Person[] = [];

serve(async (command, argument) => {
  if (command === 'visit') return await visit(argument as Visit);
  if (command === 'subscribe') return await subscribe(argument as number);
  if (command === 'ask') return await ask(argument as Question);
  throw new Error(`Readers know no ${command}.`);
});

async function visit({ url, conversations }: Visit): Promise<void> {
  await each(Array.from({ length: conversations }), async () => {
    const visitor = new Visitor(url);
    const path = await visitor.startConversation('Hello');
    const html = await eventually(async () => {
      const { body } = await visitor.get(path);
      return /<article [^<>]*data-status="complete"[^<>]*>(?!.*<article)/s.test(body) && body;
    });
    people.push({ url, visitor, path, html, readers: [] });
  });
}

async function subscribe(count: number): Promise<void> {
  const wanted = people.flatMap(person => Array.from({ length: count }, () => person));
  await each(wanted, async ({ url, visitor, html, readers }) => {
    const reader = new Reader(url, visitor.cookie, html);
    readers.push(reader);
    await reader.subscribed;
  });
}

async function ask(question: Question): Promise<Answer[]> {
  let complete = 0;
  const answers = people.map(async (person, place) => {
    await delay((place * question.withinMs) / people.length);
    const answer = await askAs(person, question);
    complete += 1;
    return answer;
  });
  const late = delay(LONGEST_WAIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Of ${people.length} replies only ${complete} reached all of their readers.`);
  });
  return await Promise.race([Promise.all(answers), late]);
}

async function askAs({ visitor, path, readers }: Person, question: Question): Promise<Answer> {
  const watches = readers.map(reader => reader.watch());
  const postedAt = now();
  const { status, body } = await visitor.postAsTurbo(`${path}/messages`, { content: questionFor(question) });
  if (status !== 200) throw new Error(`A question was answered with ${status}.`);
  readers[0]?.carryOut(body);
  return { postedAt, outcomes: await Promise.all(watches.map(({ done }) => done)) };
}

/** Works on all of them, so many at a time. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
