import { setTimeout as delay } from 'node:timers/promises';
import { tidied } from '../load/drawn-html.ts';
import { ShownPage } from '../load/shown-page.ts';
import type { Company } from './company.ts';

const LOOK_AGAIN_MS = 500;
/** In characters. */
const CONTEXT = 60;

/**
 * Waits until everybody shows what a fresh page does.
 * @returns what is different after so long, in words, and how long it took until nothing was
 */
export async function calmDown(company: Company, patienceSeconds: number) {
  const start = performance.now();
  for (;;) {
    const differences = await differencesIn(company);
    const afterSeconds = (performance.now() - start) / 1_000;
    if (differences.length === 0 || afterSeconds > patienceSeconds) return { differences, afterSeconds };
    await delay(LOOK_AGAIN_MS);
  }
}

async function differencesIn({ tabs, readers }: Company): Promise<string[]> {
  const ofReaders = [...readers].map(async ([talk, all]) => {
    const html = await talk.page();
    if (html === undefined)
      return all.some(({ isThere }) => isThere) ? [`${talk.name}, which is deleted, is still read`] : [];
    const fresh = new ShownPage(html);
    const wrong = all.flatMap(
      ({ isThere, page }) => (isThere ? differenceOf(page, fresh) : 'was rejected') ?? [],
    );
    return wrong.length > 0
      ? [`${talk.name}, ${wrong.length} of ${all.length} readers: one ${wrong[0]}`]
      : [];
  });
  return (await Promise.all([...ofReaders, ...tabs.map(tab => tab.differences())])).flat();
}

/** How what a reader shows differs from the same page as the server draws it now, in words. */
function differenceOf(shown: ShownPage, fresh: ShownPage): string | undefined {
  const [is, isToBe] = [versionsOf(shown), versionsOf(fresh)];
  if (is !== isToBe) return `shows ${is}, and a fresh page ${isToBe}`;
  for (const { id, body } of fresh.articles) {
    const [text, expected] = [tidied(shown.articles.find(each => each.id === id)?.body ?? ''), tidied(body)];
    if (text === expected) continue;
    const place = [...expected].findIndex((_, n) => text[n] !== expected[n]);
    const around = (html: string) => html.slice(Math.max(0, place - CONTEXT), place + CONTEXT);
    return `shows in ${id} "${around(text)}", and a fresh page "${around(expected)}"`;
  }
  return undefined;
}

function versionsOf(page: ShownPage): string {
  const { list, versions } = page.shown();
  return `list ${list} with ${[...versions].map(([id, version]) => `${id.slice(-6)} at ${version}`).join(', ')}`;
}
