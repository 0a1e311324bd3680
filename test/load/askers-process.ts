import { Visitor } from '../support/visitor.ts';
import type { Gathering } from './askers.ts';
import { readEventStream, type StreamOutcome } from './event-stream.ts';
import { serve } from './load-process.ts';
import { now } from './marks.ts';
import type { Answer, Question } from './readers.ts';
import { questionFor } from './script.ts';
import { each, spread } from './together.ts';

const cookies: string[] = [];
let gathering: Gathering = { url: '', people: 0, kind: 'deltas' };

serve(async (command, argument) => {
  if (command === 'gather') return await gather(argument as Gathering);
  if (command === 'ask') return await ask(argument as Question);
  throw new Error(`Askers know no ${command}.`);
});

async function gather(wanted: Gathering): Promise<void> {
  gathering = wanted;
  cookies.length = 0;
  await each(Array.from({ length: wanted.people }), async () => {
    const visitor = new Visitor(wanted.url);
    await visitor.get('/');
    cookies.push(visitor.cookie);
  });
}

async function ask(question: Question): Promise<Answer<StreamOutcome>[]> {
  const { url, kind } = gathering;
  const answers = await spread(cookies, question, async cookie => {
    const postedAt = now();
    return { postedAt, outcomes: [await readEventStream(url, cookie, kind, questionFor(question))] };
  });
  // One of them is enough to be looked at again, and all of them are a lot to hand over.
  return answers.map(({ postedAt, outcomes }, place) => ({
    postedAt,
    outcomes: outcomes.map(outcome => (place === 0 ? outcome : { ...outcome, raw: '' })),
  }));
}
