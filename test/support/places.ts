import type { Page } from 'playwright-core';
import { isLive } from './page.ts';

/** What there is to be shown. */
export interface Surroundings {
  readonly url: string;
  /** Brings a page to an address; what was open on it before is not any more. */
  readonly open: (page: Page, address: string) => Promise<unknown>;
  /** The path of a conversation in which there are replies of all kinds. */
  readonly conversation: string;
  /** The path of one that is in the archive. */
  readonly archived: string;
  /** A word that some of the messages have. */
  readonly word: string;
}

type Show = (page: Page, surroundings: Surroundings) => Promise<unknown>;

/** Every page and state that is worth a look, by name, and how a person comes there. */
export const places: Readonly<Record<string, Show>> = {
  'new conversation': at('/conversations/new'),
  'new conversation with another bot': async (page, surroundings) => {
    await at('/conversations/new')(page, surroundings);
    await page.getByText('PirateBot', { exact: true }).click();
  },
  conversation: showConversation,
  'conversation with its beginning': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.locator('.message').first().scrollIntoViewIfNeeded();
  },
  'conversation with its reasoning': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.getByText('Reasoning', { exact: true }).filter({ visible: true }).first().click();
  },
  'conversation renamed': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.locator('.title > summary').click();
  },
  'conversation menu': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.getByRole('button', { name: 'Actions for this conversation' }).click();
    await page.locator('.menu:popover-open').waitFor();
  },
  'list of conversations': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await openDrawer(page);
  },
  'list menu': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await openDrawer(page);
    const actions = page.getByRole('button', { name: /^Actions for “/ }).first();
    await page.locator('#conversations > li').filter({ has: actions }).first().hover();
    await actions.click();
    await page.locator('.menu:popover-open').waitFor();
  },
  'question changed': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.getByRole('link', { name: 'Edit', exact: true }).first().click({ force: true });
    await page.getByText('Editing your question').waitFor();
  },
  'about a message': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.getByRole('button', { name: 'About this message' }).last().click({ force: true });
    await page.locator('.about:popover-open').waitFor();
  },
  'another reply': async (page, surroundings) => {
    await showConversation(page, surroundings);
    const way = page.getByRole('link', { name: 'Regenerate with another bot or model' });
    await way.last().click({ force: true });
    await page.getByRole('dialog').waitFor();
  },
  'search while typing': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.keyboard.press('Control+k');
    await page.locator('#search_field').fill(surroundings.word);
    await page.locator('#search_results mark').first().waitFor();
  },
  search: (page, { url, open, word }) => open(page, `${url}/search?q=${word}`),
  'search without results': at('/search?q=nothing-like-it'),
  'all conversations': at('/conversations'),
  'way back from the archive': async (page, { url, open, archived }) => {
    await open(page, `${url}/conversations?archived=${archived.split('/').at(-1)}`);
    await page.getByRole('button', { name: 'Undo' }).waitFor();
  },
  archive: at('/conversations/archive'),
  'archived conversation': async (page, { url, open, archived }) => {
    await open(page, url + archived);
    await page.getByText('This conversation is in the archive.').waitFor();
  },
  settings: at('/settings'),
  'settings with the model tested': async (page, surroundings) => {
    await at('/settings')(page, surroundings);
    await page.getByRole('button', { name: 'Test the connection' }).click();
    await page.locator('#upstream_check:not(:empty)').waitFor();
  },
  shortcuts: at('/shortcuts'),
  'shortcuts in their dialog': async (page, surroundings) => {
    await showConversation(page, surroundings);
    await page.keyboard.press('Control+/');
    await page.getByRole('dialog').waitFor();
  },
  bots: at('/bots'),
  'new bot': at('/bots/new'),
  'bot copied': at('/bots/new?from=PirateBot'),
  error: at('/no/such/page'),
  'chat by event streams': async (page, surroundings) => {
    await at('/sse')(page, surroundings);
    await page.getByRole('button', { name: 'Send' }).waitFor();
  },
  comparison: at('/compare'),
};

function at(path: string): Show {
  return (page, { url, open }) => open(page, url + path);
}

async function showConversation(page: Page, { url, open, conversation }: Surroundings): Promise<void> {
  await open(page, url + conversation);
  await isLive(page);
}

async function openDrawer(page: Page): Promise<void> {
  const drawer = page.getByRole('button', { name: 'Conversations', exact: true });
  if (await drawer.isVisible()) await drawer.click();
}
