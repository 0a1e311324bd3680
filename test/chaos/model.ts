import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../support/close-after.ts';
import { Random } from '../support/random.ts';
import { startScriptedUpstream, type UpstreamCall } from '../support/scripted-upstream.ts';
import { seedFrom } from './seed.ts';
import { tale, tokensOf } from './tale.ts';

/** What the model has said in one call, behind what the reply had already. */
export interface Said {
  readonly text: string;
  /** Whether it came to its end. */
  readonly isWhole: boolean;
}

export interface Model {
  readonly baseUrl: string;
  readonly said: readonly Said[];
}

const SHORTEST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 70;
/** Now and then a model thinks. */
const THINKS = 0.01;
const THINKING_MS = 700;
const BREAKS_OFF = 0.06;
const MOST_BLOCKS = 7;

/** A model that answers each question with a tale of its own: the same for the same seed, question and try. */
export async function startModel(t: Scope, seed: number): Promise<Model> {
  const said: Said[] = [];
  const tries = new Map<string, number>();
  const upstream = await startScriptedUpstream(t);
  upstream.answerAll(async call => {
    const question = call.body.messages.findLast(({ role }) => role === 'user')?.content ?? '';
    const nth = (tries.get(question) ?? 0) + 1;
    tries.set(question, nth);
    await answer(call, said, `${question} (${nth})`, new Random(seedFrom(seed, question, nth)));
  });
  return { baseUrl: upstream.baseUrl, said };
}

async function answer(call: UpstreamCall, said: Said[], name: string, random: Random): Promise<void> {
  const last = call.body.messages.at(-1);
  const before = last?.role === 'assistant' ? last.content : '';
  const tokens = tokensOf(`${name}: ${tale(random, Math.ceil(random.between(0, MOST_BLOCKS)))}`, random);
  const breaksAt = random.happens(BREAKS_OFF) ? Math.floor(tokens.length * random.fraction()) : tokens.length;
  const place = said.push({ text: before, isWhole: false }) - 1;
  let isLeft = false;
  void call.closed.then(() => {
    isLeft = true;
  });

  let text = before;
  for (const [n, token] of tokens.entries()) {
    const pause = random.happens(THINKS) ? THINKING_MS : random.between(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS);
    await delay(pause);
    if (isLeft) return;
    if (n >= breaksAt) return call.cut();
    text += token;
    said[place] = { text, isWhole: false };
    call.text(token);
  }
  said[place] = { text, isWhole: true };
  call.finish();
}
