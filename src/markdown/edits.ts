/**
 * A change at the end of some HTML. Its place is the element that is reached by `depth` steps, each to the last child
 * of the one before: its last `removed` children go, and then `added` comes to its end.
 */
export interface Edit {
  readonly depth: number;
  readonly removed: number;
  readonly added: string;
}

/** What is open where some HTML begins: so many elements, each the last child of the one around it. */
export interface Base {
  readonly depth: number;
  /** Whether the innermost of them holds the text of a code block; else all of them hold blocks. */
  readonly isInCode: boolean;
}

/** An element that is open. `start` is `undefined` where it begins before the HTML. */
interface Open {
  readonly name: string;
  readonly start: number | undefined;
}

const TAG = /<(\/?)([a-z][a-z0-9]*)[^>]*>/g;
const VOID = new Set(['br', 'hr', 'img', 'input']);
/** Line breaks between what these hold mean nothing. */
const CONTAINERS = new Set(['ul', 'ol', 'li', 'blockquote', 'div', 'table', 'thead', 'tbody', 'tr']);

/** As many characters as it takes to say where an edit is made: it can be cheaper to draw a little more anew. */
const PLACE_COST = 200;

/**
 * The edits that turn the one HTML into the other. Both are as the renderer writes it, begin at the same base, and
 * close it.
 * @returns `undefined` where something of the base itself would have to go
 */
export function findEdits(before: string, after: string, base: Base): Edit[] | undefined {
  let best: Edit[] | undefined;
  let start: number | undefined = commonLength(before, after);
  const opened = openElements(before.slice(0, start), base);
  while (start !== undefined && !(best && costOf(best) <= PLACE_COST + after.length - start)) {
    const gone = restsOf(before.slice(start));
    if (gone.every((rest, outward) => canGo(rest, opened.at(-1 - outward)))) {
      const edits = editsOf(gone, restsOf(after.slice(start)), opened);
      if (!best || costOf(edits) < costOf(best)) best = edits;
    }
    start = opened.pop()?.start;
  }
  return best;
}

function costOf(edits: readonly Edit[]): number {
  return edits.reduce((cost, { added }) => cost + PLACE_COST + added.length, 0);
}

/** How long both are the same, up to the beginning of a text, a tag, an entity or a formula. */
function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  const common = one.slice(0, length);
  // What is appended is read as HTML, and elements of MathML are such only inside of their formula.
  const formula = common.lastIndexOf('<math');
  if (formula > common.lastIndexOf('</math>')) return formula;
  return /(?:<[^>]*|&[^;]*)$/.exec(common)?.index ?? length;
}

/** The elements that are open at the end of the HTML, the innermost last. */
function openElements(html: string, { depth, isInCode }: Base): Open[] {
  const opened: Open[] = Array.from({ length: depth }, (_, level) => ({
    // Of what is open already, it only counts whether it holds blocks or text.
    name: isInCode && level === depth - 1 ? 'code' : 'div',
    start: undefined,
  }));
  for (const { 1: closes, 2: name = '', index: start } of html.matchAll(TAG)) {
    if (closes) opened.pop();
    else if (!VOID.has(name)) opened.push({ name, start });
  }
  return opened;
}

/** What an open element holds from some place on. */
interface Rest {
  readonly html: string;
  /** How many elements it has itself, and what text. */
  readonly elements: number;
  readonly text: string;
}

/** What the end of some HTML holds of the innermost element that is open there, and then of each one around it. */
function restsOf(html: string): Rest[] {
  const rests: Rest[] = [];
  let rest = { start: 0, elements: 0, text: '' };
  let level = 0;
  let end = 0;
  for (const { 0: tag, 1: closes, 2: name = '', index } of html.matchAll(TAG)) {
    if (level === 0) rest.text += html.slice(end, index);
    end = index + tag.length;
    if (closes && level === 0) {
      rests.push({ ...rest, html: html.slice(rest.start, index) });
      rest = { start: end, elements: 0, text: '' };
    } else if (closes) level -= 1;
    else {
      if (level === 0) rest.elements += 1;
      if (!VOID.has(name)) level += 1;
    }
  }
  rests.push({ ...rest, html: html.slice(rest.start), text: rest.text + html.slice(end) });
  return rests;
}

/** Elements can go, text cannot, and so no element among text either. */
function canGo({ html, text }: Rest, element: Open | undefined): boolean {
  return isContainer(element) ? isBlank(text) : html === '';
}

/** What goes, from the outermost element inward, and then what comes, from the innermost outward. */
function editsOf(gone: readonly Rest[], come: readonly Rest[], opened: readonly Open[]): Edit[] {
  const removed = (outward: number) => gone[outward]?.elements ?? 0;
  const added = (outward: number) => {
    const html = come[outward]?.html ?? '';
    return isContainer(opened.at(-1 - outward)) && isBlank(html) ? '' : html;
  };
  const outer = gone.slice(1).map((_, place) => place + 1);
  return [
    ...outer.toReversed().map(outward => ({ outward, removed: removed(outward), added: '' })),
    { outward: 0, removed: removed(0), added: added(0) },
    ...outer.map(outward => ({ outward, removed: 0, added: added(outward) })),
  ]
    .filter(edit => edit.removed > 0 || edit.added !== '')
    .map(({ outward, ...edit }) => ({ depth: opened.length - outward, ...edit }));
}

function isContainer(element: Open | undefined): boolean {
  return element === undefined || CONTAINERS.has(element.name);
}

/** Line breaks between blocks. */
function isBlank(text: string): boolean {
  return /^\n*$/.test(text);
}
