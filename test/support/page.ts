import type { TestContext } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { closeAfter } from './close-after.ts';
import { openContext } from './spare-contexts.ts';

/**
 * Opens a page as a person of its own. Whatever it says on the console as an error, and whatever it throws, fails
 * the test, but for what is expected: by itself, what a lost connection or a refused form makes Chromium say.
 */
export async function openPage(
  t: TestContext,
  browser: Browser,
  options: BrowserContextOptions = {},
  expected = EXPECTED,
): Promise<Page> {
  const { context, leave } = await openContext(browser, options);
  const page = await context.newPage();
  watch(page, t, expected);
  closeAfter(t, leave);
  return page;
}

/** Opens another tab of the same person. */
export async function openTab(t: TestContext, page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  watch(tab, t);
  return tab;
}

const EXPECTED =
  /WebSocket connection to|Failed to load resource: (net::ERR_|the server responded with a status of 4)/;

function watch(page: Page, t: TestContext, expected = EXPECTED): void {
  const errors = collectErrors(page, expected);
  closeAfter(t, () => {
    if (errors.length > 0) throw new Error(`The page reported errors:\n${errors.join('\n')}`);
  });
}

/** Keeps what the page throws or says as an error from now on, but for what is `expected`. */
export function collectErrors(page: Page, expected = EXPECTED): readonly string[] {
  const errors: string[] = [];
  const keep = (text: string) => expected.test(text) || errors.push(text);
  page.on('pageerror', error => keep(error.stack ?? String(error)));
  page.on('console', message => message.type() === 'error' && keep(message.text()));
  return errors;
}

/** Types a question and sends it with Enter. */
export async function ask(page: Page, question: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(question);
  await page.keyboard.press('Enter');
}

/** The newest reply's article. */
export function newestReply(page: Page) {
  return page.locator('#messages > article[data-role=assistant]').last();
}

/** Waits until the newest reply shows this text. */
export async function showsText(page: Page, text: string): Promise<void> {
  await newestReply(page).locator('[id$=_body]').getByText(text).first().waitFor();
}

/** Waits until the newest reply has this status. */
export async function showsStatus(page: Page, status: string): Promise<void> {
  await page.locator(`#messages > article:last-of-type[data-status=${status}]`).waitFor();
}

/** Waits until the newest reply is closed; one that grew in its document still has the status that it began with. */
export async function hasEnded(page: Page): Promise<void> {
  await newestReply(page).locator('.message__text + *').first().waitFor({ state: 'attached' });
  await newestReply(page).getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
}

/** Waits until the page hears what changes. */
export async function isLive(page: Page): Promise<void> {
  await page.locator('turbo-cable-stream-source[connected]:not([list])').waitFor({ state: 'attached' });
}

/** Marks the document. @returns whether the page still shows the same one, when asked */
export async function markDocument(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  return () => page.evaluate(() => 'sameDocument' in window);
}

/** Chooses what the menu of a conversation in the list offers. */
export async function choose(page: Page, action: string, title: string): Promise<void> {
  const more = page.locator('#conversations').getByRole('button', { name: `Actions for “${title}”` });
  await more.focus(); // seen on hover, or with the keyboard
  await more.press('Enter');
  await page.locator('.menu:popover-open').getByText(action, { exact: true }).press('Enter');
}

/** What the page shows of the conversation; equal pages show the same. */
export async function shownMessages(page: Page): Promise<string> {
  return await page.locator('#messages').evaluate(list => {
    const copy = list.cloneNode(true);
    copy.normalize();
    return copy instanceof Element ? copy.outerHTML.replace(/\s*\n\s*/g, '\n') : '';
  });
}
