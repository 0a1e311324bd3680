import { eventually } from '../support/eventually.ts';
import { Visitor } from '../support/visitor.ts';
import { serve } from './load-process.ts';
import { now } from './marks.ts';
import { Reader } from './reader.ts';
import type { Answer, Question, Visit } from './readers.ts';
import { questionFor } from './script.ts';
import { each, spread } from './together.ts';

/** Somebody with a conversation, and the pages that show it. */
interface Person {
  readonly urls: readonly string[];
  readonly comesBack: boolean;
  readonly visitor: Visitor;
  readonly path: string;
  readonly html: string;
  readonly readers: Reader[];
}

const people: Person[] = [];

serve(async (command, argument) => {
  if (command === 'visit') return await visit(argument as Visit);
  if (command === 'subscribe') return await subscribe(argument as number);
  if (command === 'ask') return await ask(argument as Question);
  if (command === 'cut') return await cut();
  throw new Error(`Readers know no ${command}.`);
});

async function visit({ urls, conversations, comeBack = false }: Visit): Promise<void> {
  for (const { readers } of people.splice(0)) for (const reader of readers) reader.leave();
  const places = Array.from({ length: conversations }, (_, place) => inTurn(urls, place));
  await each(places, async urls => {
    const visitor = new Visitor(urls[0] ?? '');
    const path = await visitor.startConversation('Hello');
    const html = await eventually(async () => {
      const { body } = await visitor.get(path);
      return /<article [^<>]*data-status="complete"[^<>]*>(?!.*<article)/s.test(body) && body;
    });
    people.push({ urls, comesBack: comeBack, visitor, path, html, readers: [] });
  });
}

async function subscribe(count: number): Promise<void> {
  const wanted = people.flatMap(person => Array.from({ length: count }, () => person));
  await each(wanted, async ({ urls, comesBack, visitor, html, readers }) => {
    const place = { urls: inTurn(urls, readers.length), cookie: visitor.cookie, comesBack };
    const reader = new Reader(place, html);
    readers.push(reader);
    await reader.subscribed;
  });
}

/** The same, from another one on. */
function inTurn(urls: readonly string[], place: number): string[] {
  const first = place % urls.length;
  return [...urls.slice(first), ...urls.slice(0, first)];
}

async function ask(question: Question): Promise<Answer[]> {
  return await spread(people, question, async ({ visitor, path, readers }) => {
    const watches = readers.map(reader => reader.watch());
    const content = questionFor(question);
    const postedAt = now();
    const { status, body } = await visitor.postAsTurbo(`${path}/messages`, { content });
    if (status !== 200) throw new Error(`A question was answered with ${status}.`);
    readers[0]?.carryOut(body);
    return { postedAt, outcomes: await Promise.all(watches.map(({ done }) => done)) };
  });
}

async function cut(): Promise<number[]> {
  const cutAt = now();
  const readers = people.flatMap(person => person.readers);
  return await Promise.all(readers.map(async reader => (await reader.cut()) - cutAt));
}
