/** A change at the end of some HTML, in the element that is reached by `depth` steps, each to the last child. */
export interface EndChange {
  readonly depth: number;
  /** So many of its last children go. */
  readonly removed: number;
  readonly added: string;
}

const VOID = new Set(['br', 'hr', 'img', 'input']);

/**
 * Makes the change without a DOM: our renderer escapes every `<` and `>` that is no tag, and closes every element.
 * @throws when there is no such place, or not so much to remove
 */
export function changeEnd(html: string, { depth, removed, added }: EndChange): string {
  let end = html.length;
  for (let step = 0; step < depth; step++) {
    end = html.lastIndexOf('<', end - 1);
    if (end < 0 || html[end + 1] !== '/') throw new Error(`Nothing is ${depth} deep at the end of ${html}`);
  }
  let start = end;
  for (let n = 0; n < removed; n++) start = startOfLastElement(html, start);
  return html.slice(0, start) + added + html.slice(end);
}

function startOfLastElement(html: string, end: number): number {
  let level = 0;
  for (let at = html.lastIndexOf('<', end - 1); at >= 0; at = html.lastIndexOf('<', at - 1)) {
    const isClosing = html[at + 1] === '/';
    if (isClosing) level += 1;
    else if (!VOID.has(nameAt(html, at))) level -= 1;
    if (level < 0) break;
    if (level === 0) return at;
    if (at === 0) break; // or `lastIndexOf` would find it again
  }
  throw new Error(`Nothing is left to remove at the end of ${html.slice(0, end)}`);
}

function nameAt(html: string, tag: number): string {
  return /^[a-z0-9]+/.exec(html.slice(tag + 1, tag + 12))?.[0] ?? '';
}

/** What is inside of the `<div>` whose content begins here. */
export function contentFrom(html: string, start: number): string {
  const tag = /<(\/?)div\b/g;
  tag.lastIndex = start;
  for (let level = 1, found = tag.exec(html); found; found = tag.exec(html)) {
    level += found[1] ? -1 : 1;
    if (level === 0) return html.slice(start, found.index);
  }
  throw new Error(`An element is not closed in ${html}`);
}

/** The same for HTML that shows the same: line breaks beside tags mean nothing, except in code, where both have them. */
export function tidied(html: string): string {
  return html.replace(/\n*(<[^<>]*>)\n*/g, '$1').trim();
}
