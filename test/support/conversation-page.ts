import type { Page } from 'playwright-core';
import type { TestApp } from './app.ts';
import { eventually } from './eventually.ts';
import { isLive } from './page.ts';
import { messagesOf } from './rows.ts';

// Here the page's person asks by request: with the page's form it takes much longer.

/** Shows a conversation of these questions and replies. */
export async function showConversation(
  page: Page,
  { url, upstream, deps }: Pick<TestApp, 'url' | 'upstream' | 'deps'>,
  pairs: readonly (readonly [question: string, reply: string])[],
): Promise<void> {
  let path: string | undefined;
  for (const [question, reply] of pairs) {
    path = await askByRequest(page, url, question, path);
    const call = await upstream.nextCall();
    call.whole(reply);
    await eventually(async () =>
      (await messagesOf(deps.db, path ?? '')).every(({ status }) => status === 'complete'),
    );
  }
  await page.goto(url + path);
}

/** Shows a new conversation, whose reply is still to come, on a page that hears of it. */
export async function showQuestion(page: Page, url: string, question = 'One'): Promise<void> {
  await page.goto(url + (await askByRequest(page, url, question)));
  await isLive(page);
}

/** Asks in the conversation at `path`, or in a new one. @returns its path */
export async function askByRequest(page: Page, url: string, content: string, path?: string): Promise<string> {
  if (!path) await page.request.get(url); // a guest that is known is counted as such
  const address = url + (path ? `${path}/messages` : '/conversations');
  const response = await page.request.post(address, {
    form: { content, bot: 'ChatBot' },
    maxRedirects: 0,
  });
  const { location } = response.headers();
  if (response.status() !== 303 || !location)
    throw new Error(`The question was not taken: ${response.status()}`);
  return new URL(location, url).pathname;
}
