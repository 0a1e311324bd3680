import type { Change } from '../cable/difference.ts';
import { turboStream } from '../turbo/turbo-stream.ts';

/** A list that pages show: its id there, those of its items, and how one of them is drawn. */
export interface ShownList<Item> {
  readonly id: string;
  itemId(item: { readonly id: string }): string;
  draw(item: Item): string;
  /** Whether no live frame is to follow the item as it is. */
  isFinal?(item: Item): boolean;
}

interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** Brings an item whole, in place of the older one that a page shows. */
export function itemStep<Item extends Versioned>(list: ShownList<Item>, item: Item): string {
  const target = list.itemId(item);
  return turboStream({
    action: 'replace',
    target,
    method: 'morph',
    step: { of: target, version: item.version, isFinal: list.isFinal?.(item) ?? false },
    html: list.draw(item),
  });
}

/** The ids of the items that are drawn for a change. */
export function drawnIds(change: Change): readonly string[] {
  if (change.kind === 'insert') return change.ids;
  return change.kind === 'replace' ? [change.id] : [];
}

/** Turns changes of the list into steps; `items` holds those that are drawn, as far as they are still there. */
export function stepsOf<Item extends Versioned>(
  list: ShownList<Item>,
  changes: readonly Change[],
  items: readonly Item[],
): string {
  const byId = new Map(items.map(item => [item.id, item]));
  const drawn = (change: Change) => drawnIds(change).flatMap(id => byId.get(id) ?? []);
  return changes.map(change => changeStep(list, change, drawn(change))).join('');
}

function changeStep<Item extends Versioned>(
  list: ShownList<Item>,
  change: Change,
  items: readonly Item[],
): string {
  if (change.kind === 'replace') return items.map(item => itemStep(list, item)).join('');
  const step = { of: list.id, from: change.from, version: change.version };
  switch (change.kind) {
    case 'remove':
      return turboStream({ action: 'remove', target: list.itemId(change), step });
    case 'insert':
      return turboStream({
        ...(change.after
          ? { action: 'after', target: list.itemId({ id: change.after }) }
          : { action: 'prepend', target: list.id }),
        step,
        html: items.map(list.draw).join(''),
      });
    case 'caught_up':
      return turboStream({ action: 'caught_up', step });
  }
}
