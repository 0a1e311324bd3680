import type { Shown } from '../../assets/cable/catch-up.ts';
import { type Verdict, verdict } from '../../assets/cable/verdict.ts';
import { type Article, findArticles, type Step } from './frame.ts';

const LIST = 'messages';

/** What a page shows of its conversation, without a DOM. Whether a step fits is decided as in the page. */
export class ShownPage {
  #list: number;
  #articles: Article[];

  /** @param html the page as the server drew it */
  constructor(html: string) {
    this.#list = Number(/id="messages"[^<>]* data-version="(\d+)"/.exec(html)?.[1]);
    this.#articles = findArticles(html);
  }

  get newest(): Article | undefined {
    return this.#articles.at(-1);
  }

  shown(): Shown {
    const versions = this.#articles.map(({ id, version }) => [id.replace('message_', ''), version] as const);
    return { list: this.#list, versions: new Map(versions) };
  }

  /** Carries the step out where it fits. @throws when it is of a kind that is not known here */
  try(step: Step): Verdict {
    const { of, from, version } = step;
    if (of === undefined) return 'skip';
    const judged = verdict({ from, version }, this.#versionOf(of), this.#isThere(step.target));
    if (judged === 'carry out') this.#carryOut(step, of);
    return judged;
  }

  has(of: string): boolean {
    return this.#versionOf(of) !== undefined;
  }

  #versionOf(of: string): number | undefined {
    return of === LIST ? this.#list : this.#articles.find(({ id }) => id === of)?.version;
  }

  #isThere(target: string | undefined): boolean {
    if (target === undefined || target === LIST) return true;
    return this.#articles.some(({ id }) => target === id || target.startsWith(`${id}_`));
  }

  #carryOut(step: Step, of: string): void {
    const { action, target, html, version } = step;
    if (action === 'append' && target === `${of}_settled`)
      this.#change(of, ({ settled }) => ({ settled: settled + html }));
    else if (action === 'update' && target === `${of}_open`) this.#change(of, () => ({ open: html }));
    else if (action === 'replace') this.#insert(target, html, 1);
    else if (action === 'after' || action === 'prepend') this.#insert(target, html, 0);
    else if (action === 'remove') this.#articles = this.#articles.filter(({ id }) => id !== target);
    else if (action !== 'caught_up') throw new Error(`No page knows the step ${action} of ${target}.`);

    if (of === LIST) this.#list = version;
    else this.#change(of, () => ({ version }));
  }

  #change(of: string, change: (article: Article) => Partial<Article>): void {
    this.#articles = this.#articles.map(article =>
      article.id === of ? { ...article, ...change(article) } : article,
    );
  }

  #insert(target: string | undefined, html: string, replaced: 0 | 1): void {
    const place = this.#articles.findIndex(({ id }) => id === target);
    this.#articles = this.#articles.toSpliced(replaced ? place : place + 1, replaced, ...findArticles(html));
  }
}
