import { versionOf } from './lists.ts';
import { Removed } from './removed.ts';

/** What a step of a list is about to do. */
interface Move {
  readonly action: string | null;
  readonly targetElements: readonly Element[];
  readonly templateContent: DocumentFragment | undefined;
}

/** By the lists that pages show: a list that goes takes along what was removed from it. */
const removed = new WeakMap<Element, Removed<Element>>();

/** Lets a step of a list bring nothing in an older version than the one in which the list had it before. */
export function keepNewest(list: Element, { action, targetElements, templateContent }: Move): void {
  const known = removed.get(list) ?? new Removed();
  removed.set(list, known);
  if (action === 'remove')
    for (const element of targetElements) known.keep(element.id, versionOf(element) ?? 0, element);
  for (const element of templateContent?.children ?? []) {
    const newer = known.newerThan(element.id, versionOf(element) ?? 0);
    if (newer) element.replaceWith(newer);
  }
}
