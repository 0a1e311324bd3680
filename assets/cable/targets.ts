/** What a `<turbo-stream>` says of its place. */
export interface Place {
  readonly target: string | null;
  readonly targets: string | null;
}

interface Change extends Place {
  readonly dataset: { readonly version?: string | undefined; readonly of?: string | undefined };
}

/** From an element by its id to the last child so many times, and perhaps to the last few children there. */
const AT_THE_END = /^#([\w-]+)((?:>:last-child)*)(?:>:nth-last-child\(-n\+(\d+)\))?$/;

/** The message that an element inside of it belongs to, by that element's id. */
const MESSAGE = /^#?(message_[^_>]+)_/;

/** The id of what a step changes, which is the message around its target where it says nothing; `undefined`: it is no step. */
export function changedThing({ dataset, target, targets }: Change): string | undefined {
  if (dataset.version === undefined) return undefined;
  return dataset.of ?? MESSAGE.exec(target ?? targets ?? '')?.[1];
}

/** The elements that a step changes: none where it does not fit the page, `undefined` where it names none. */
export function findTargets({ target, targets }: Place): Element[] | undefined {
  if (target !== null) return present(document.getElementById(target));
  if (targets === null) return undefined;
  const [, id = '', way = '', count] = AT_THE_END.exec(targets) ?? [];
  let place: Element | null = document.getElementById(id);
  for (const _step of way.matchAll(/>/g)) place = place?.lastElementChild ?? null;
  if (count === undefined) return present(place);
  const children = [...(place?.children ?? [])];
  return children.length < Number(count) ? [] : children.slice(-Number(count));
}

function present(element: Element | null): Element[] {
  return element ? [element] : [];
}
