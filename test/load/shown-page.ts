import type { Shown } from '../../assets/cable/catch-up.ts';
import { type Verdict, verdict } from '../../assets/cable/verdict.ts';
import { changeEnd, type EndChange } from './drawn-html.ts';
import { type Article, findArticles, type Step } from './frame.ts';

/** The list that the page shows. */
export const LIST = 'messages';
/** The text of a message, its last child so many times, and perhaps the last few children there. */
const AT_THE_END = /^#(\w[\w-]*)_body((?:>:last-child)*)(?:>:nth-last-child\(-n\+(\d+)\))?$/;

/** What a page shows of its conversation, without a DOM. Whether a step fits is decided as in the page. */
export class ShownPage {
  #list: number;
  #articles: Article[];

  /** @param html the page as the server drew it */
  constructor(html: string) {
    this.#list = Number(/id="messages"[^<>]* data-version="(\d+)"/.exec(html)?.[1]);
    this.#articles = findArticles(html);
  }

  get articles(): readonly Article[] {
    return this.#articles;
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
    const judged = verdict({ from, version }, this.#versionOf(of), this.#isThere(step));
    if (judged === 'carry out') this.#carryOut(step, of);
    return judged;
  }

  has(of: string): boolean {
    return this.#versionOf(of) !== undefined;
  }

  #versionOf(of: string): number | undefined {
    return of === LIST ? this.#list : this.#articles.find(({ id }) => id === of)?.version;
  }

  #isThere({ target, targets }: Step): boolean {
    const name = target ?? targets?.slice(1);
    if (name === undefined || name === LIST) return true;
    return this.#articles.some(({ id }) => name === id || name.startsWith(`${id}_`));
  }

  #carryOut(step: Step, of: string): void {
    const { action, target, html, version } = step;
    const change = endChange(step, of);
    if (change) this.#change(of, ({ body }) => ({ body: changeEnd(body, change) }));
    else if (action === 'replace') this.#insert(target, html, 1);
    else if (action === 'after' || action === 'prepend') this.#insert(target, html, 0);
    else if (action === 'remove') this.#articles = this.#articles.filter(({ id }) => id !== target);
    else if (action !== 'caught_up') throw new Error(`No page knows the step ${JSON.stringify(step)}.`);

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

/** What a step does at the end of a message's text, if it is one of those. */
function endChange({ action, target, targets, html }: Step, of: string): EndChange | undefined {
  if (action === 'append' && target === `${of}_body`) return { depth: 0, removed: 0, added: html };
  const [, message, way = '', count] = AT_THE_END.exec(targets ?? '') ?? [];
  if (message !== of) return undefined;
  const depth = way.split('>').length - 1;
  if (action === 'append') return { depth, removed: 0, added: html };
  const added = action === 'replace' ? html : '';
  return count ? { depth, removed: Number(count), added } : { depth: depth - 1, removed: 1, added };
}
