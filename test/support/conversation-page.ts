import type { Page } from 'playwright-core';
import { titleFrom } from '../../src/chat/title.ts';
import type { TestApp } from './app.ts';
import { insertTexts } from './inserted-conversation.ts';
import { isLive } from './page.ts';

// Here the page's person asks by request, or has asked before: with the page's form it takes much longer.

/** Shows a conversation of these questions and replies, which is called by the first words of it. */
export async function showConversation(
  page: Page,
  { url, deps }: Pick<TestApp, 'url' | 'deps'>,
  pairs: readonly (readonly [question: string, reply: string])[],
): Promise<void> {
  await page.request.get(url); // makes a guest
  const { path } = await insertTexts(deps.db, titleFrom(pairs[0]?.[0] ?? ''), pairs.flat());
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
