import { type Change, difference, type Item, type Seen } from '../../../src/cable/difference.ts';
import type { Random } from '../../support/random.ts';
import { type Article, type Deed, LIST, type SimulatedStep } from './steps.ts';

interface Row {
  readonly id: string;
  readonly parent: string | undefined;
  readonly isReply: boolean;
  version: number;
  status: Article['status'];
  text: string;
}

/** A tree of messages and its shown path. Every verb changes the rows and returns the steps to announce. */
export class Server {
  readonly #random: Random;
  readonly #rows = new Map<string, Row>();
  #leaf: string | undefined;
  #list = 0;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get list(): number {
    return this.#list;
  }

  get openReply(): string | undefined {
    return this.#path().find(({ status }) => status === 'streaming')?.id;
  }

  get ids(): string[] {
    return this.#path().map(({ id }) => id);
  }

  /** The path from a message on; all of it without one. */
  articles(from?: string): Article[] {
    const articles = this.#path().map(row => this.#draw(row));
    return articles.slice(Math.max(0, from === undefined ? 0 : articles.findIndex(({ id }) => id === from)));
  }

  ask(): SimulatedStep[] {
    if (this.openReply) return [];
    const before = this.#leaf;
    const question = this.#add(before, false);
    const reply = this.#add(question.id, true);
    this.#leaf = reply.id;
    return this.#moveList([
      { action: 'insert', target: before, articles: [question, reply].map(row => this.#draw(row)) },
    ]);
  }

  regenerate(): SimulatedStep[] {
    const old = this.#row(this.#leaf);
    if (!old || this.openReply) return [];
    const reply = this.#add(old.parent, true);
    this.#leaf = reply.id;
    for (const { id } of this.#siblings(reply)) if (id !== reply.id) this.#touch(id);
    return this.#moveList([{ action: 'exchange', target: old.id, articles: [this.#draw(reply)] }]);
  }

  switchBranch(): SimulatedStep[] {
    const old = this.#row(this.#leaf);
    const other = old && this.#random.pick(this.#siblings(old).filter(({ id }) => id !== old.id));
    if (!old || !other || this.openReply) return [];
    this.#leaf = other.id;
    return this.#moveList([{ action: 'exchange', target: old.id, articles: [this.#draw(other)] }]);
  }

  /** Takes the last message away and brings it again, as an item of a list that moves. */
  move(): SimulatedStep[] {
    const row = this.#row(this.#leaf);
    if (!row) return [];
    return this.#moveList([
      { action: 'remove', target: row.id },
      { action: 'insert', target: row.parent, articles: [this.#draw(row)] },
    ]);
  }

  /** Takes the last question and its replies away, also while one is being written. */
  removeLast(): SimulatedStep[] {
    const [question, reply] = this.#path().slice(-2);
    if (!question || !reply) return [];
    this.#leaf = question.parent;
    for (const { id } of this.#siblings(reply)) this.#rows.delete(id);
    this.#rows.delete(question.id);
    return this.#moveList([reply, question].map(({ id }) => ({ action: 'remove', target: id })));
  }

  /** A batch: what is added to the text, perhaps in place of its last words. */
  write(): SimulatedStep[] {
    const row = this.#row(this.openReply);
    if (!row) return [];
    const { id, version: from } = row;
    const by = this.#random.happens(0.5) ? Math.floor(this.#random.between(0, row.text.length)) : 0;
    const text = `${this.#random.fraction().toString(36).slice(2, 6)} `;
    row.text = row.text.slice(0, row.text.length - by) + text;
    this.#touch(id);
    const half = by > 0 ? from + 0.5 : from;
    const append: SimulatedStep = {
      action: 'append',
      target: id,
      text,
      of: id,
      from: half,
      version: row.version,
    };
    return by > 0 ? [{ action: 'shorten', target: id, by, of: id, from, version: half }, append] : [append];
  }

  finish(status: 'complete' | 'stopped'): SimulatedStep[] {
    const row = this.#row(this.openReply);
    if (!row) return [];
    row.status = status;
    this.#touch(row.id);
    return [this.#redraw(row.id, row.version)];
  }

  answer(seen: Seen): SimulatedStep[] {
    const rows = { list: this.#list, path: this.#path().map(({ id, version }): Item => ({ id, version })) };
    return difference(seen, rows, () => this.#random.fraction()).map(change => this.#toStep(change));
  }

  #toStep(change: Change): SimulatedStep {
    if (change.kind === 'replace') return this.#redraw(change.id, change.version);
    const { from, version } = change;
    return { ...this.#toDeed(change), of: LIST, from, version };
  }

  #toDeed(change: Exclude<Change, { kind: 'replace' }>): Deed {
    if (change.kind === 'caught_up') return { action: 'caught_up' };
    if (change.kind === 'remove') return { action: 'remove', target: change.id };
    const articles = this.articles().filter(({ id }) => change.ids.includes(id));
    return { action: 'insert', target: change.after, articles };
  }

  #redraw(id: string, version: number): SimulatedStep {
    const [article] = this.articles(id);
    if (article?.id !== id) throw new Error(`${id} is not on the path`);
    return { action: 'redraw', target: id, article, of: id, from: undefined, version };
  }

  #moveList(deeds: readonly Deed[]): SimulatedStep[] {
    const from = this.#list;
    this.#list += 1;
    const reached = (count: number) => from + count / deeds.length;
    return deeds.map((deed, place) => ({
      ...deed,
      of: LIST,
      from: reached(place),
      version: reached(place + 1),
    }));
  }

  #add(parent: string | undefined, isReply: boolean): Row {
    this.#count += 1;
    const id = `m${this.#count}`;
    const status = isReply ? 'streaming' : 'complete';
    const row: Row = { id, parent, isReply, version: 1, status, text: isReply ? '' : id };
    this.#rows.set(id, row);
    return row;
  }

  #touch(id: string): void {
    const row = this.#row(id);
    if (row) row.version += 1;
  }

  #draw(row: Row): Article {
    const { id, version, status, text } = row;
    return { id, version, status, siblings: this.#siblings(row).length, text };
  }

  #siblings(row: Row): Row[] {
    return [...this.#rows.values()].filter(
      ({ parent, isReply }) => parent === row.parent && isReply === row.isReply,
    );
  }

  #path(): Row[] {
    const path: Row[] = [];
    for (let row = this.#row(this.#leaf); row; row = this.#row(row.parent)) path.unshift(row);
    return path;
  }

  #row(id: string | undefined): Row | undefined {
    return id === undefined ? undefined : this.#rows.get(id);
  }
}
