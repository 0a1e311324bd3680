import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { launchOptions } from '../test/support/launch-options.ts';
import { isLive } from '../test/support/page.ts';
import { places } from '../test/support/places.ts';

// Draws the pictures of the README and of every page anew: the real program, with a database of its own and the demo model.

const PICTURES = join(import.meta.dirname, '../docs/screenshots');
const SERVER = join(import.meta.dirname, '../src/server.ts');

type Talk = readonly (readonly [bot: string, question: string])[];

/** What the README shows. */
const CONVERSATION: Talk = [
  ['ChatBot', 'Hello'],
  ['BelleBot', 'Compare the sea with the mountains, in a table'],
  ['PirateBot', 'Three reasons to go to sea, please'],
];
/** What else is in the list, the oldest first. */
const OTHERS: readonly Talk[] = [
  [['PirateBot', 'Tell me a joke about the sea']],
  [['ChatBot', 'Write a Python function that counts words']],
];
const PUT_AWAY: Talk = [['ChatBot', 'How much is 12 × 34?']];
const OWN_BOT = {
  name: 'Gardener',
  tagline: 'Knows what to sow, and when.',
  colour: 'green',
  instructions: 'You are a patient gardener. Answer in a few plain sentences.',
  starters: 'What can I sow in March?\nWhy do my tomatoes crack?',
};

/** The demo model never thinks aloud. */
const IMPOSSIBLE = new Set(['conversation with its reasoning']);

interface Look {
  readonly name: string;
  readonly options: BrowserContextOptions;
}

type Person = NonNullable<Exclude<BrowserContextOptions['storageState'], string>>;

const desktop = { viewport: { width: 1160, height: 840 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const looks: readonly Look[] = [
  { name: 'desktop-light', options: { ...desktop, colorScheme: 'light' } },
  { name: 'desktop-dark', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'phone-light', options: { ...phone, colorScheme: 'light' } },
  { name: 'phone-dark', options: { ...phone, colorScheme: 'dark' } },
];

const folder = await mkdtemp(join(tmpdir(), 'parley-screenshots-'));
const server = spawn(process.execPath, [SERVER], {
  env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: `sqlite:${folder}/parley.sqlite3` },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch(launchOptions());
const encoder = await browser.newPage();
try {
  await drawAll(await address());
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

async function drawAll(url: string): Promise<void> {
  const page = await browser.newPage();
  const post = (path: string, form: Record<string, string>) => page.request.post(path, { form });
  for (const talk of OTHERS) await hold(page, url, talk);
  await post(`${page.url()}/pinning`, { pinned: 'yes' });
  const archived = new URL(await hold(page, url, PUT_AWAY)).pathname;
  await post(`${url}${archived}/archival`, { archived: 'yes' });
  const address = await hold(page, url, CONVERSATION);
  const person = await page.context().storageState();

  await rm(PICTURES, { recursive: true, force: true });
  await mkdir(PICTURES, { recursive: true });
  for (const look of looks) await drawReadme(address, look, person);
  await post(`${url}/bots`, OWN_BOT);
  for (const look of looks) {
    await draw(look, 'first run', undefined, page => page.goto(url));
    const open = (page: Page, place: string) => page.goto(place);
    const conversation = new URL(address).pathname;
    const surroundings = { url, open, conversation, archived, word: 'sea' };
    for (const [place, show] of Object.entries(places))
      if (!IMPOSSIBLE.has(place)) await draw(look, place, person, page => show(page, surroundings));
  }
}

/** Asks all of it in a new conversation. @returns the address of the conversation */
async function hold(page: Page, url: string, talk: Talk): Promise<string> {
  await page.goto(`${url}/conversations/new`);
  for (const [index, [bot, question]] of talk.entries()) {
    await page.getByText(bot, { exact: true }).last().click();
    await page.getByRole('textbox', { name: 'Message' }).fill(question);
    await page.keyboard.press('Enter');
    const reply = page.locator('.message--assistant').nth(index);
    await reply.and(page.locator('[data-status=complete]')).waitFor({ timeout: 60_000 });
  }
  return page.url();
}

/** Twice as fine as the others, for it is looked at closely. */
async function drawReadme(address: string, look: Look, person: Person): Promise<void> {
  const page = await browser.newPage({ ...look.options, deviceScaleFactor: 2, storageState: person });
  await page.goto(address);
  await isLive(page);
  await keep(page, look.name);
}

async function draw(
  look: Look,
  place: string,
  person: Person | undefined,
  show: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await browser.newPage({ ...look.options, ...(person && { storageState: person }) });
  await show(page);
  await keep(page, `${place.replaceAll(' ', '-')}-${look.name}`);
}

/** Keeps a picture of the page, which is closed then: as WebP, half of what playwright's PNG would take. */
async function keep(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ animations: 'disabled' });
  await page.context().close();
  const webp = await encoder.evaluate(async base64 => {
    const response = await fetch(`data:image/png;base64,${base64}`);
    const bitmap = await createImageBitmap(await response.blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
    return new Uint8Array(await blob.arrayBuffer()).toBase64();
  }, png.toString('base64'));
  await writeFile(join(PICTURES, `${name}.webp`), webp, 'base64');
}
