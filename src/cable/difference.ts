/** What a page says it shows: the list's version, and the version of each item, in the page's order. */
export interface Seen {
  readonly list: number;
  readonly versions: ReadonlyMap<string, number>;
}

/** What the rows say: the list's version and its items, in the page's order. */
export interface Rows {
  readonly list: number;
  readonly path: readonly Item[];
}

export interface Item {
  readonly id: string;
  readonly version: number;
}

/**
 * One step of a catch-up. All but `replace` are steps of the list: each leads `from` the version that the step
 * before it reached. An `insert` without `after` goes to the beginning. The marker `caught_up` is always last.
 */
export type Change =
  | { readonly kind: 'remove'; readonly id: string; readonly from: number; readonly version: number }
  | {
      readonly kind: 'insert';
      readonly ids: readonly string[];
      readonly after: string | undefined;
      readonly from: number;
      readonly version: number;
    }
  | { readonly kind: 'replace'; readonly id: string; readonly version: number }
  | { readonly kind: 'caught_up'; readonly from: number; readonly version: number };

/** How many of the newest items a page gets that shows none of them. */
export const NEWEST_ITEMS = 40;

/**
 * The steps that lead a page from what it shows to the rows, from the oldest item that it shows on. For any page
 * that is not ahead of the rows, carrying them out yields the list as it would be freshly rendered. The versions
 * on the way are at random places between the two, so that no step of another answer or of a live frame fits there.
 */
export function difference(seen: Seen, rows: Rows, random = Math.random): Change[] {
  return wholeDifference(seen, { ...rows, path: itemsFor(seen, rows.path) }, random);
}

/** The same for a list of which every page shows all. */
export function wholeDifference(seen: Seen, { list, path: items }: Rows, random = Math.random): Change[] {
  const kept = itemsInOrder(seen, items);
  const moves = seen.list < list ? [...removals(seen, kept), ...insertions(items, kept)] : [];
  return [
    ...chain(moves, seen.list, list, random()),
    ...replacements(seen, items, kept),
    marker(moves.length > 0 ? list : seen.list, list),
  ];
}

interface Removal {
  readonly kind: 'remove';
  readonly id: string;
}

interface Insertion {
  readonly kind: 'insert';
  readonly ids: string[];
  readonly after: string | undefined;
}

function itemsFor(seen: Seen, path: readonly Item[]): readonly Item[] {
  const oldest = path.findIndex(({ id }) => seen.versions.has(id));
  return oldest < 0 ? path.slice(-NEWEST_ITEMS) : path.slice(oldest);
}

/** The ids that can stay where they are, as many as possible; the others are removed, and inserted where they belong. */
function itemsInOrder(seen: Seen, items: readonly Item[]): ReadonlySet<string> {
  const places = new Map(items.map(({ id }, place) => [id, place]));
  const known = [...seen.versions.keys()].filter(id => places.has(id));
  return new Set(longestRise(known, id => places.get(id) ?? 0));
}

interface Rise<Value> {
  readonly value: Value;
  readonly before: Rise<Value> | undefined;
}

/** The longest part of a sequence that rises: of all rises of one length, only that with the lowest end can win. */
function longestRise<Value>(sequence: readonly Value[], heightOf: (value: Value) => number): Value[] {
  const rises: Rise<Value>[] = [];
  for (const value of sequence) {
    const height = heightOf(value);
    const length = firstFrom(rises, rise => heightOf(rise.value) > height);
    rises[length] = { value, before: rises[length - 1] };
  }
  const values: Value[] = [];
  for (let rise = rises.at(-1); rise; rise = rise.before) values.unshift(rise.value);
  return values;
}

/** The first place of which something is true that is true of all places after it. */
function firstFrom<Value>(values: readonly Value[], isTrue: (value: Value) => boolean): number {
  let [first, end] = [0, values.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    const value = values[middle];
    if (value !== undefined && isTrue(value)) end = middle;
    else first = middle + 1;
  }
  return first;
}

function removals(seen: Seen, kept: ReadonlySet<string>): Removal[] {
  return [...seen.versions.keys()].filter(id => !kept.has(id)).map(id => ({ kind: 'remove', id }));
}

/** Neighbours that are missing together come together. */
function insertions(items: readonly Item[], kept: ReadonlySet<string>): Insertion[] {
  const moves: Insertion[] = [];
  let move: Insertion | undefined;
  let after: string | undefined;
  for (const { id } of items) {
    if (kept.has(id)) move = undefined;
    else if (move) move.ids.push(id);
    else {
      move = { kind: 'insert', ids: [id], after };
      moves.push(move);
    }
    after = id;
  }
  return moves;
}

/** Gives each move its versions: from the one list's to the other's, by way of fractions that `shift` makes unique. */
function chain(moves: readonly (Removal | Insertion)[], from: number, to: number, shift: number): Change[] {
  const reached = (count: number) => {
    if (count === 0) return from;
    return count === moves.length ? to : from + ((to - from) * (count - shift)) / moves.length;
  };
  return moves.map((move, place) => ({ ...move, from: reached(place), version: reached(place + 1) }));
}

function replacements(seen: Seen, items: readonly Item[], kept: ReadonlySet<string>): Change[] {
  return items
    .filter(({ id, version }) => kept.has(id) && (seen.versions.get(id) ?? version) < version)
    .map(({ id, version }) => ({ kind: 'replace', id, version }));
}

function marker(from: number, version: number): Change {
  return { kind: 'caught_up', from, version };
}
