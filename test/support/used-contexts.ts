import type { TestContext } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { closeAfter } from './close-after.ts';

/** Those without options that nobody uses now. */
const unused = new WeakMap<Browser, BrowserContext[]>();

/**
 * A context for a person who is new. Without options it may be one that an earlier test has left: a page of it stays open,
 * so that its process does, for to start one costs as much as to show a page. What a test has added to the context itself
 * would still be there, but for cookies and a lost network: it takes a context with options, or one of its own.
 */
export async function openContext(
  t: TestContext,
  browser: Browser,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  if (Object.keys(options).length > 0) {
    const context = await browser.newContext(options);
    closeAfter(t, () => context.close());
    return context;
  }
  const contexts = unused.get(browser) ?? [];
  unused.set(browser, contexts);
  const context = contexts.pop() ?? (await openToStay(browser));
  closeAfter(t, async () => {
    await leave(context);
    contexts.push(context);
  });
  return context;
}

async function openToStay(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.newPage();
  return context;
}

/** What its pages have stored is of their origin, which is another in each test. */
async function leave(context: BrowserContext): Promise<void> {
  const [, ...pages] = context.pages();
  await Promise.all(pages.map(page => page.close()));
  await context.setOffline(false);
  await context.clearCookies();
}
