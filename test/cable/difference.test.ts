import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { verdict } from '../../assets/cable/verdict.ts';
import {
  type Change,
  difference,
  type Item,
  NEWEST_ITEMS,
  type Rows,
  type Seen,
} from '../../src/cable/difference.ts';

interface Page {
  list: number;
  items: Item[];
}

test('a page that shows everything gets nothing but the marker', () => {
  const rows = { list: 3, path: [item('a', 1), item('b', 2)] };
  assert.deepEqual(difference(seenBy({ list: 3, items: [...rows.path] }), rows), [
    { kind: 'caught_up', from: 3, version: 3 },
  ]);
});

test('an older message is replaced, and the list stays at its version', () => {
  const rows = { list: 3, path: [item('a', 1), item('b', 7)] };
  assert.deepEqual(difference(seenBy({ list: 3, items: [item('a', 1), item('b', 6.5)] }), rows), [
    { kind: 'replace', id: 'b', version: 7 },
    { kind: 'caught_up', from: 3, version: 3 },
  ]);
});

test('neighbours that are missing are inserted together, and vanished ones removed before', () => {
  const rows = { list: 5, path: ['a', 'b', 'c', 'd'].map(id => item(id, 1)) };
  const page = { list: 2, items: [item('a', 1), item('x', 9), item('d', 1)] };
  assert.deepEqual(
    difference(seenBy(page), rows, () => 0.5),
    [
      { kind: 'remove', id: 'x', from: 2, version: 2.75 },
      { kind: 'insert', ids: ['b', 'c'], after: 'a', from: 2.75, version: 5 },
      { kind: 'caught_up', from: 5, version: 5 },
    ],
  );
});

test('what moves far is moved alone, whichever way it goes', () => {
  const items = ['a', 'b', 'c', 'd'].map(id => item(id, 1));
  const [first, ...others] = items;
  assert.ok(first);
  const [down, up] = [
    [[...items], [...others, first]],
    [[...others, first], [...items]],
  ].map(([before = [], after = []]) =>
    difference(seenBy({ list: 1, items: before }), { list: 2, path: after }),
  );
  const removed = (steps: readonly Change[] = []) =>
    steps.flatMap(step => (step.kind === 'remove' ? step.id : []));
  assert.deepEqual([removed(down), removed(up)], [['a'], ['a']]);
});

test('the versions on the way through one answer fit nothing but that answer', () => {
  const page = { list: 2, items: [item('x', 1), item('y', 1)] };
  const reached = () => difference(seenBy(page), { list: 4, path: [] }).map(step => step.version);
  assert.equal(reached().at(-1), 4);
  assert.notEqual(reached()[0], reached()[0]);
});

test('a list that changed only where the page does not reach moves by the marker alone', () => {
  const rows = { list: 4, path: [item('older', 1), item('a', 1)] };
  assert.deepEqual(difference(seenBy({ list: 3, items: [item('a', 1)] }), rows), [
    { kind: 'caught_up', from: 3, version: 4 },
  ]);
});

test('a page that shows nothing of the path gets the newest messages in one step', () => {
  const path = Array.from({ length: NEWEST_ITEMS + 5 }, (_, place) => item(`m${place}`, 1));
  const [first, second, ...rest] = difference(seenBy({ list: 1, items: [item('x', 1)] }), { list: 2, path });
  assert.equal(first?.kind, 'remove');
  assert.ok(second?.kind === 'insert');
  assert.deepEqual(
    second.ids,
    path.slice(5).map(({ id }) => id),
  );
  assert.equal(second.after, undefined);
  assert.deepEqual(rest, [{ kind: 'caught_up', from: 2, version: 2 }]);
});

test('carrying out the steps yields the freshly rendered list, for any page that is not ahead', () => {
  fc.assert(
    fc.property(pageAndRows(), ({ page, rows }) => {
      const expected = freshlyRendered(page, rows);
      for (const change of difference(seenBy(page), rows)) carryOut(change, page, rows);
      assert.deepEqual(page, { list: rows.list, items: expected });
    }),
    { numRuns: 2_000 },
  );
});

test('a page that stopped half way asks again and ends with the freshly rendered list', () => {
  fc.assert(
    fc.property(pageAndRows(), fc.nat(8), ({ page, rows }, reached) => {
      for (const change of difference(seenBy(page), rows).slice(0, reached)) carryOut(change, page, rows);
      const expected = freshlyRendered(page, rows);
      for (const change of difference(seenBy(page), rows)) carryOut(change, page, rows);
      assert.deepEqual(page, { list: rows.list, items: expected });
    }),
    { numRuns: 1_000 },
  );
});

test('steps of the list exist only where its version moves, and end exactly at the new one', () => {
  fc.assert(
    fc.property(pageAndRows(), ({ page, rows }) => {
      const steps = difference(seenBy(page), rows).filter(change => change.kind !== 'replace');
      if (page.list === rows.list) assert.equal(steps.length, 1);
      assert.equal(steps.at(-1)?.kind, 'caught_up');
      let version = page.list;
      for (const step of steps) {
        assert.equal(step.from, version);
        version = step.version;
      }
      assert.equal(version, rows.list);
    }),
  );
});

/** Any rows, and any page that an earlier state of them may have left: same list version, same list. */
function pageAndRows() {
  const ids = Array.from({ length: 12 }, (_, place) => `m${place}`);
  return fc
    .record({
      path: fc.shuffledSubarray(ids),
      page: fc.shuffledSubarray(ids),
      versions: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: ids.length, maxLength: ids.length }),
      // Also versions on the way, with room for more between them, as there is below the 2^40 of a real list.
      list: fc.oneof(
        fc.nat(50),
        fc.nat(50_000).map(thousandths => thousandths / 1_000),
      ),
      ahead: fc.nat(3),
      cut: fc.nat(12),
    })
    .map(({ path, page, versions, list, ahead, cut }) => {
      const rowVersion = (id: string) => Math.max(...(versions[ids.indexOf(id)] ?? [0]));
      const pageVersion = (id: string) => Math.min(...(versions[ids.indexOf(id)] ?? [0]));
      const shown = ahead === 0 ? path.slice(Math.min(cut, Math.max(path.length - 1, 0))) : page;
      return {
        page: { list, items: shown.map(id => item(id, pageVersion(id))) },
        rows: {
          list: ahead === 0 ? list : Math.floor(list) + ahead,
          path: path.map(id => item(id, rowVersion(id))),
        },
      };
    });
}

function freshlyRendered(page: Page, rows: Rows): Item[] {
  const oldest = rows.path.findIndex(({ id }) => page.items.some(shown => shown.id === id));
  return oldest < 0 ? rows.path.slice(-NEWEST_ITEMS) : rows.path.slice(oldest);
}

function carryOut(change: Change, page: Page, rows: Rows): void {
  if (change.kind === 'replace') {
    const place = page.items.findIndex(({ id }) => id === change.id);
    const step = { from: undefined, version: change.version };
    assert.equal(verdict(step, page.items[place]?.version, true), 'carry out');
    page.items[place] = { id: change.id, version: change.version };
    return;
  }
  const isTargetThere = targetsOf(change).every(target => page.items.some(({ id }) => id === target));
  assert.notEqual(verdict(change, page.list, isTargetThere), 'catch up');
  if (change.kind === 'remove') page.items = page.items.filter(({ id }) => id !== change.id);
  if (change.kind === 'insert') {
    const place = page.items.findIndex(({ id }) => id === change.after) + 1;
    page.items.splice(place, 0, ...rows.path.filter(({ id }) => change.ids.includes(id)));
  }
  page.list = change.version;
}

function targetsOf(change: Change): string[] {
  if (change.kind === 'remove') return [change.id];
  return change.kind === 'insert' && change.after !== undefined ? [change.after] : [];
}

function item(id: string, version: number): Item {
  return { id, version };
}

function seenBy({ list, items }: Page): Seen {
  return { list, versions: new Map(items.map(({ id, version }) => [id, version])) };
}
