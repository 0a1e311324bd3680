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
  readonly url: string;
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

async function visit({ url, conversations }: Visit): Promise<void> {
  for (const { readers } of people.splice(0)) for (const reader of readers) reader.leave();
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
