import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserContextOptions, chromium } from 'playwright-core';
import { launchOptions } from '../test/support/launch-options.ts';

// Draws the pictures of the README anew: the real program, with a database of its own and the demo model.

const PICTURES = join(import.meta.dirname, '../docs/screenshots');
const SERVER = join(import.meta.dirname, '../src/server.ts');

const CONVERSATION = [
  ['ChatBot', 'Hello'],
  ['BelleBot', 'Compare the sea with the mountains, in a table'],
  ['PirateBot', 'Three reasons to go to sea, please'],
] as const;

const SCREENS = {
  desktop: { viewport: { width: 1160, height: 840 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

const folder = await mkdtemp(join(tmpdir(), 'parley-screenshots-'));
const server = spawn(process.execPath, [SERVER], {
  env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: `sqlite:${folder}/parley.sqlite3` },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch(launchOptions());
try {
  const url = await address();
  const person = await talk(url);
  for (const [name, screen] of Object.entries(SCREENS)) await draw(url, name, screen, person);
} finally {
  await browser.close();
  server.kill();
  await once(server, 'exit');
  await rm(folder, { recursive: true });
}

/** Where the program says that it listens. */
async function address(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('The program did not start.');
}

/** @returns the cookies of the person who talked */
async function talk(url: string) {
  const page = await browser.newPage();
  await page.goto(url);
  for (const [index, [bot, question]] of CONVERSATION.entries()) {
    await page.getByText(bot, { exact: true }).last().click();
    await page.getByRole('textbox', { name: 'Message' }).fill(question);
    await page.keyboard.press('Enter');
    const reply = page.locator('.message--assistant').nth(index);
    await reply.and(page.locator('[data-status=complete]')).waitFor({ timeout: 60_000 });
  }
  return await page.context().storageState();
}

async function draw(url: string, name: string, screen: BrowserContextOptions, person: Person): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      ...screen,
      colorScheme,
      deviceScaleFactor: 2,
      storageState: person,
    });
    await page.goto(url);
    await page.locator('turbo-cable-stream-source[connected]:not([list])').waitFor({ state: 'attached' });
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
  }
}

type Person = Awaited<ReturnType<typeof talk>>;
