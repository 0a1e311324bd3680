import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';

/** Those that nobody uses now, by what they were opened with. */
type Unused = Map<string, BrowserContext[]>;

const unused = new WeakMap<Browser, Unused>();

interface OpenContext {
  readonly context: BrowserContext;
  /** Closes its pages, at the end of the test. */
  readonly leave: () => Promise<void>;
}

/**
 * A context for a person who is new. It may be one that an earlier test has left: a page of it stays open, so that its
 * process does, for to start one costs as much as to show a page. What a test has added to the context itself would still
 * be there, but for cookies and a lost network: it takes one of its own.
 */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenContext> {
  const contexts = unusedLike(browser, options);
  const context = contexts.pop() ?? (await openToStay(browser, options));
  const leave = async () => {
    if (options.permissions || options.storageState) return await context.close(); // it would not have them any more
    await clear(context);
    contexts.push(context);
  };
  return { context, leave };
}

function unusedLike(browser: Browser, options: BrowserContextOptions): BrowserContext[] {
  const ofBrowser: Unused = unused.get(browser) ?? new Map();
  unused.set(browser, ofBrowser);
  const key = JSON.stringify(options);
  const contexts = ofBrowser.get(key) ?? [];
  ofBrowser.set(key, contexts);
  return contexts;
}

async function openToStay(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await context.newPage();
  return context;
}

/** What its pages have stored is of their origin, which is another in each test. */
async function clear(context: BrowserContext): Promise<void> {
  const [, ...pages] = context.pages();
  await Promise.all(pages.map(page => page.close()));
  await context.setOffline(false);
  await context.clearCookies();
}
