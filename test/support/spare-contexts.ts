import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** One in which earlier tests were, and the page that has stayed open there since. */
interface Spare {
  readonly context: BrowserContext;
  readonly stays: Page;
}

interface OpenContext {
  readonly context: BrowserContext;
  /** Closes its pages; to be called at the end of the test. */
  readonly leave: () => Promise<void>;
}

const spares = new WeakMap<Browser, Spare[]>();

/**
 * A context for a person who is new. Without options it may be one that an earlier test has left: a page stays open in it,
 * and so does its process, for to start one costs about as much as to show a page. Cookies, permissions and a lost network
 * are undone; where a clock was set, which cannot be, it is not used again. Whoever does more to a context itself, as to
 * route what all of its pages ask for, opens one of their own.
 */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenContext> {
  if (Object.keys(options).length > 0) {
    const context = await browser.newContext(options);
    return { context, leave: () => context.close() };
  }
  const ofBrowser = spares.get(browser) ?? [];
  spares.set(browser, ofBrowser);
  const spare = ofBrowser.pop() ?? (await openSpare(browser));
  const leave = async () => {
    if (await isClockSet(spare.stays)) return await spare.context.close();
    await tidy(spare);
    ofBrowser.push(spare);
  };
  return { context: spare.context, leave };
}

async function openSpare(browser: Browser): Promise<Spare> {
  const context = await browser.newContext();
  return { context, stays: await context.newPage() };
}

/** A clock that is set is set in all pages of a context; its `Date` says that it is the browser's, its timers do not. */
async function isClockSet(page: Page): Promise<boolean> {
  return await page.evaluate(() => !String(setTimeout).includes('[native code]'));
}

/** What pages have stored is of their origin, which is another in each test. */
async function tidy({ context, stays }: Spare): Promise<void> {
  const pages = context.pages().filter(page => page !== stays);
  await Promise.all(pages.map(page => page.close()));
  await context.setOffline(false);
  await context.clearCookies();
  await context.clearPermissions();
}
