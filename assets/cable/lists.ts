import type { Shown } from './catch-up.ts';

/**
 * What a page shows is in lists of versioned things, and ids say what is of which: `message_7` is one of `messages`,
 * as `messages` itself is. The things are children of their list, or say beside which list they are kept up to date.
 */
export function listOf(thing: string): string {
  const end = thing.indexOf('_');
  return end < 0 ? thing : `${thing.slice(0, end)}s`;
}

/** What the page says that it shows of a list; `undefined` where it does not have it. */
export function shownIn(list: string): Shown | undefined {
  const element = document.getElementById(list);
  const version = versionOf(element);
  if (!element || version === undefined) return undefined;
  const things = [...element.children, ...document.querySelectorAll(`[data-beside="${list}"]`)];
  const versions = things.flatMap(child => {
    const shown = versionOf(child);
    return shown === undefined ? [] : [[child.id.slice(child.id.indexOf('_') + 1), shown] as const];
  });
  return { list: version, versions: new Map(versions) };
}

/** Whether a list shows a reply that is still being written. */
export function hasOpenReply(list: string): boolean {
  const isOpen = ':is([data-status="pending"], [data-status="streaming"])';
  return document.querySelector(`#${list} > ${isOpen}`) !== null;
}

/** The version that an element shows of itself. */
export function versionOf(element: Element | null): number | undefined {
  const version = element?.getAttribute('data-version');
  return version ? Number(version) : undefined;
}
