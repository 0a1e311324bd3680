import type { Random } from '../support/random.ts';

/** What somebody does in a conversation once nothing is being written there, by a page of theirs or by HTTP. */
export type Turn =
  | { readonly kind: 'ask'; readonly by: 'page' | 'http'; readonly stopAfterMs: number | undefined }
  | { readonly kind: 'continue' | 'regenerate' | 'switch' | 'delete pair' | 'delete conversation' };

/** More than fit into any run. */
const COUNT = 400;
const STOPS = 0.25;
const LONGEST_UNTIL_STOP_MS = 2_500;
const BY_PAGE = 0.6;

const FREQUENT = [
  'ask',
  'ask',
  'ask',
  'ask',
  'ask',
  'continue',
  'regenerate',
  'switch',
  'switch',
  'delete pair',
] as const;

/** Those with which a conversation begins, by its place, so that also a short run has each. */
const BEGINNINGS = [
  ['ask', 'continue'],
  ['switch', 'ask'],
  ['delete pair', 'ask'],
  ['ask', 'ask'],
] as const;

/** So many turns every conversation has, however slow the machine is. */
export const FEWEST_TURNS = 2;

/**
 * The turns of a conversation, in their order.
 * @param place of the conversation among all
 * @param deletedAt the turn in which it is deleted, with all its pages
 */
export function turnsOf(random: Random, place: number, deletedAt: number | undefined): readonly Turn[] {
  const kinds: Turn['kind'][] = [...(BEGINNINGS[place % BEGINNINGS.length] ?? [])];
  while (kinds.length < COUNT) kinds.push(random.pick(FREQUENT) ?? 'ask');
  if (deletedAt !== undefined) kinds.splice(deletedAt, 0, 'delete conversation');
  return kinds.map((kind, n) => {
    if (kind !== 'ask') return { kind };
    const stops = random.happens(STOPS) || kinds[n + 1] === 'continue';
    const stopAfterMs = stops ? random.between(0, LONGEST_UNTIL_STOP_MS) : undefined;
    return { kind, by: random.happens(BY_PAGE) ? 'page' : 'http', stopAfterMs };
  });
}
