import { randomUUIDv7 } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import type { Random } from '../support/random.ts';
import type { Counted, Counts } from './counts.ts';
import type { Person } from './person.ts';
import type { Rows } from './rows.ts';
import type { Tab } from './tab.ts';
import { FEWEST_TURNS, type Turn } from './turns.ts';

export interface TalkOptions {
  readonly name: string;
  readonly person: Person;
  readonly rows: Rows;
  readonly random: Random;
  readonly counts: Counts;
}

/** A reply whose writer dies is settled within 18 s: its lease, and a look for such replies every 3 s. */
const CLOSES_WITHIN_SECONDS = 40;
/** What a page has sent has reached the rows by then, or was lost on the way. */
const ARRIVES_WITHIN_SECONDS = 2;
const ASKED_WITHIN_MS = 30_000;
const LONGEST_REST_MS = 500;
/** What a form meets that comes too late: what it is about is gone, or being written. */
const TOO_LATE = [404, 409, 422];

/** A conversation, and what its person does in it. */
export class Talk {
  readonly name: string;
  /** The person's pages that show it. */
  readonly tabs: Tab[] = [];
  readonly faults: string[] = [];
  readonly #options: TalkOptions;
  #path = '';
  #firstPath = '';
  #questions = 0;

  private constructor(options: TalkOptions) {
    this.name = options.name;
    this.#options = options;
  }

  static async begin(options: TalkOptions): Promise<Talk> {
    const talk = new Talk(options);
    await talk.#begin();
    talk.#firstPath = talk.#path;
    return talk;
  }

  get path(): string {
    return this.#path;
  }

  get cookie(): string {
    return this.#options.person.cookie;
  }

  /**
   * The page of the conversation that was the first one; `undefined` once that is deleted. It is asked for as Turbo does,
   * so that looking marks nothing as read, and announces nothing.
   */
  async page(): Promise<string | undefined> {
    const { status, body } = await this.#options.person.get(this.#firstPath, {
      'x-turbo-request-id': 'chaos',
    });
    return status === 404 ? undefined : body;
  }

  /** Takes one turn after the other, each once the reply before is closed, until it is over. */
  async run(turns: readonly Turn[], isOver: () => boolean): Promise<void> {
    for (const [n, turn] of turns.entries()) {
      await this.closed();
      await delay(this.#options.random.between(0, LONGEST_REST_MS));
      if (isOver() && n >= FEWEST_TURNS) return;
      await this.#take(turn);
    }
  }

  /** Waits until nothing is being written. */
  async closed(): Promise<void> {
    await eventually(() => !this.#options.rows.openReply(this.#id), CLOSES_WITHIN_SECONDS);
  }

  async #take(turn: Turn): Promise<void> {
    if (turn.kind === 'ask') return await this.#ask(turn);
    if (turn.kind === 'continue') return await this.#continue();
    if (turn.kind === 'regenerate') return await this.#regenerate();
    if (turn.kind === 'switch') return await this.#switch();
    if (turn.kind === 'delete pair') return await this.#deletePair();
    return await this.#deleteConversation();
  }

  async #begin(): Promise<void> {
    const { person, counts } = this.#options;
    const { headers, status } = await person.post('/conversations', this.#question());
    const [path] = /\/conversations\/[0-9a-f-]+/.exec(headers.get('location') ?? '') ?? [];
    if (!path) throw new Error(`A conversation did not start: ${status}`);
    this.#path = path;
    counts.add('questions by HTTP');
  }

  async #ask({ by, stopAfterMs }: Turn & { readonly kind: 'ask' }): Promise<void> {
    const tab = by === 'page' ? this.#options.random.pick(this.tabs) : undefined;
    const question = this.#question();
    if (tab) await this.#askBy(tab, question.content);
    else await this.#post(`${this.#path}/messages`, 'questions by HTTP', question);
    if (stopAfterMs === undefined) return;
    await delay(stopAfterMs);
    await this.#stop(tab);
  }

  /** What was lost on the way is still in the field; sent again, it asks only once. */
  async #askBy(tab: Tab, content: string): Promise<void> {
    const { rows, counts } = this.#options;
    const end = performance.now() + ASKED_WITHIN_MS;
    await tab.type(content);
    while (performance.now() < end) {
      await tab.send();
      if (!(await eventually(() => rows.isAsked(content), ARRIVES_WITHIN_SECONDS).catch(() => false)))
        continue;
      counts.add('questions by pages');
      return;
    }
    this.faults.push(`${tab.name}: "${content}" was not asked within ${ASKED_WITHIN_MS / 1_000} s.`);
  }

  async #stop(tab: Tab | undefined): Promise<void> {
    const { rows, counts } = this.#options;
    const reply = rows.openReply(this.#id);
    if (!reply) return;
    if (tab) await tab.stop();
    else await this.#post(`/messages/${reply.id}/cancellation`);
    await this.closed();
    if (rows.find(reply.id)?.status === 'stopped') counts.add('stops');
  }

  async #continue(): Promise<void> {
    const leaf = this.#options.rows.leafOf(this.#id);
    if (leaf?.content && /stopped|interrupted/.test(leaf.status))
      await this.#post(`/messages/${leaf.id}/continuation`, 'continuations');
  }

  /** Any reply, so that also one in the middle comes to be the last. */
  async #regenerate(): Promise<void> {
    const reply = this.#options.random.pick(this.#options.rows.repliesOf(this.#id));
    if (reply) await this.#post(`/messages/${reply.id}/regeneration`);
  }

  async #switch(): Promise<void> {
    const { rows, random } = this.#options;
    if (rows.versionsOf(this.#id).length === 0) {
      await this.#regenerate();
      await this.closed();
    }
    const leaf = rows.leafOf(this.#id);
    const other = random.pick(rows.versionsOf(this.#id).filter(({ id }) => id !== leaf?.id));
    if (other) await this.#post(`/messages/${other.id}/selection`, 'branch switches');
  }

  async #deletePair(): Promise<void> {
    const { rows, random } = this.#options;
    const reply = random.pick(rows.repliesOf(this.#id));
    if (reply) await this.#post(`/messages/${reply.id}/deletion`, 'deletions of message pairs');
  }

  async #deleteConversation(): Promise<void> {
    await this.#post(`${this.#path}/deletion`, 'deletions of conversations');
    for (const tab of this.tabs.splice(0)) tab.mayVisit();
    await this.#begin();
  }

  async #post(path: string, counted?: Counted, form?: Readonly<Record<string, string>>): Promise<void> {
    const { person, counts } = this.#options;
    const { status } = await person.post(path, form);
    if (status === 303) counted && counts.add(counted);
    else if (!TOO_LATE.includes(status))
      this.faults.push(`${this.name}: ${path} was answered with ${status}.`);
  }

  #question() {
    this.#questions += 1;
    return { id: randomUUIDv7(), content: `${this.name}, question ${this.#questions}` };
  }

  get #id(): string {
    return this.#path.replace('/conversations/', '');
  }
}
