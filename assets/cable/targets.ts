import type { StreamElement } from '@hotwired/turbo';

/** From an element by its id to the last child so many times, and perhaps to the last few children there. */
const AT_THE_END = /^#([\w-]+)((?:>:last-child)*)(?:>:nth-last-child\(-n\+(\d+)\))?$/;

/** The elements that a step changes: none where it does not fit the page, `undefined` where it names none. */
export function findTargets({ target, targets }: StreamElement): Element[] | undefined {
  if (target !== null) return present(document.getElementById(target));
  if (targets === null) return undefined;
  const [, id = '', way = '', count] = AT_THE_END.exec(targets) ?? [];
  let place: Element | null = document.getElementById(id);
  for (const _step of way.matchAll(/>/g)) place = place?.lastElementChild ?? null;
  return count === undefined ? present(place) : [...(place?.children ?? [])].slice(-Number(count));
}

function present(element: Element | null): Element[] {
  return element ? [element] : [];
}
