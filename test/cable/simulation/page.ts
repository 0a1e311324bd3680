import { CatchUp, type Page, type Shown } from '../../../assets/cable/catch-up.ts';
import { Removed } from '../../../assets/cable/removed.ts';
import type { Step, Verdict } from '../../../assets/cable/verdict.ts';
import { type Article, fromFrame, LIST, type SimulatedStep } from './steps.ts';
import type { VirtualClock } from './virtual-clock.ts';

const REPAINT_MS = 16;
/** Timers of a hidden tab run once a second. */
const HIDDEN_MS = 1_000;
/** Less than in a browser, so that it happens as often as the rest. */
const ASLEEP_AFTER_MS = 3_000;

export type Judge = (step: Step, shown: number | undefined, isTargetThere: boolean) => Verdict;

/** A tab: the real scheduler and verdict over a list without a DOM. Steps wait as Turbo lets them wait. */
export class SimulatedPage implements Page {
  readonly catchUp: CatchUp;
  readonly ask: (shown: Shown) => void;
  readonly #clock: VirtualClock;
  readonly #judge: Judge;
  readonly #removed = new Removed<Article>();
  readonly #highest = new Map<string, number>();
  #list: number;
  #articles: Article[];
  #hiddenAt: number | undefined;
  #waiting: (() => void)[] = [];
  #wentBack = false;

  constructor(
    clock: VirtualClock,
    judge: Judge,
    drawn: { list: number; articles: Article[] },
    ask: (shown: Shown) => void,
  ) {
    this.#clock = clock;
    this.#judge = judge;
    this.#list = drawn.list;
    this.#articles = drawn.articles;
    this.ask = ask;
    this.catchUp = new CatchUp(this, clock);
  }

  get articles(): readonly Article[] {
    return this.#articles;
  }

  /** Whether a version on the page ever went down. */
  get wentBack(): boolean {
    return this.#wentBack;
  }

  get isHidden(): boolean {
    return this.#hiddenAt !== undefined;
  }

  hide(): void {
    this.#hiddenAt = this.#clock.now();
  }

  /** What had been waiting for a repaint runs now, after all that the hidden tab ran. */
  show(): void {
    const wasAsleep = this.isAsleep();
    this.#hiddenAt = undefined;
    if (wasAsleep) this.catchUp.startOver('awake');
    for (const step of this.#waiting.splice(0)) step();
  }

  isAsleep(): boolean {
    return this.#hiddenAt !== undefined && this.#clock.now() - this.#hiddenAt > ASLEEP_AFTER_MS;
  }

  shown(): Shown {
    return { list: this.#list, versions: new Map(this.#articles.map(({ id, version }) => [id, version])) };
  }

  isReplyOpen(): boolean {
    return this.#articles.some(({ status }) => status === 'streaming');
  }

  carryOut(frame: string): void {
    for (const step of fromFrame(frame)) this.#afterRepaint(() => this.#try(step));
  }

  #afterRepaint(action: () => void): void {
    const beganHidden = this.isHidden;
    const period = beganHidden ? HIDDEN_MS : REPAINT_MS;
    this.#clock.after(period - (this.#clock.now() % period), () => {
      if (this.isHidden && !beganHidden) this.#waiting.push(action);
      else action();
    });
  }

  #try(step: SimulatedStep): void {
    const shown = this.#versionOf(step.of);
    const judged = this.#judge(step, shown, this.#isTargetThere(step));
    if (judged === 'carry out') this.#perform(step);
    if (step.action === 'caught_up') this.catchUp.caughtUp(judged !== 'catch up');
    if (judged !== 'catch up') return;
    if (shown === undefined) this.catchUp.wishForMissing(step.of);
    else this.catchUp.wish('gap');
  }

  #versionOf(thing: string): number | undefined {
    return thing === LIST ? this.#list : this.#articles.find(({ id }) => id === thing)?.version;
  }

  #isTargetThere({ target }: SimulatedStep): boolean {
    return target === undefined || this.#articles.some(({ id }) => id === target);
  }

  #perform(step: SimulatedStep): void {
    if (step.action === 'append') this.#change(step, old => ({ text: old.text + step.text }));
    if (step.action === 'shorten') this.#change(step, old => ({ text: old.text.slice(0, -step.by) }));
    if (step.action === 'redraw') this.#change(step, () => step.article);
    if (step.action === 'remove') this.#remove(step.target);
    if (step.action === 'insert') this.#insert(step.target, step.articles, 0);
    if (step.action === 'exchange') this.#insert(step.target, step.articles, 1);
    if (step.of === LIST) this.#list = step.version;
    this.#watchVersions();
  }

  #change({ of, version }: SimulatedStep, change: (old: Article) => Partial<Article>): void {
    this.#articles = this.#articles.map(old => (old.id === of ? { ...old, ...change(old), version } : old));
  }

  #remove(target: string): void {
    for (const article of this.#articles)
      if (article.id === target) this.#removed.keep(target, article.version, article);
    this.#articles = this.#articles.filter(({ id }) => id !== target);
  }

  /** As Turbo inserts: what has the same id goes. With `replaced` 1, the target goes as well. */
  #insert(target: string | undefined, drawn: readonly Article[], replaced: 0 | 1): void {
    const articles = drawn.map(article => this.#removed.newerThan(article.id, article.version) ?? article);
    const rest = this.#articles.filter(
      ({ id }) => id === target || !articles.some(article => article.id === id),
    );
    const place = rest.findIndex(({ id }) => id === target);
    this.#articles = rest.toSpliced(replaced ? place : place + 1, replaced, ...articles);
  }

  #watchVersions(): void {
    const versions = [
      [LIST, this.#list] as const,
      ...this.#articles.map(({ id, version }) => [id, version] as const),
    ];
    for (const [thing, version] of versions) {
      if (version < (this.#highest.get(thing) ?? 0)) this.#wentBack = true;
      this.#highest.set(thing, version);
    }
  }
}
