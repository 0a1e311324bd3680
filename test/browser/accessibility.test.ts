import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test, { type TestContext } from 'node:test';
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { askByRequest } from '../support/conversation-page.ts';
import { ask, isLive, openPage, showsText } from '../support/page.ts';
import { places } from '../support/places.ts';
import type { UpstreamCall } from '../support/scripted-upstream.ts';

/** Minified: it is sent to each document, and parsed there. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Its headings are in order: where a model skips a level, that is its own affair. */
const TEXT = `A paragraph with \`code\`, [a link](https://example.com/page), and **bold** words, and $x^2$.

# A heading

## One below it

- [x] done
- [ ] to do

| Sea | Depth |
|-|-:|
| Baltic | 55 m |

> A quote.

\`\`\`js
// a comment
const answer = 'words' + 42;
\`\`\`
`;

/** What the model does, question by question; each reply is in another state afterwards. */
const REPLIES: readonly ((call: UpstreamCall, page: Page) => unknown)[] = [
  call => {
    call.reasoning('Let me think.');
    call.whole(TEXT);
  },
  async (call, page) => {
    call.text('As far as it came');
    await showsText(page, 'As far as it came');
    await page.getByRole('button', { name: 'Stop' }).click();
  },
  call => call.status(401),
  async (call, page) => {
    call.text('It breaks');
    await showsText(page, 'It breaks');
    call.cut();
  },
];

/** Without transitions, so that a page that turns dark is dark at once. */
const DEVICES: Readonly<Record<string, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1160, height: 840 }, reducedMotion: 'reduce' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, reducedMotion: 'reduce' },
};

async function prepare(t: TestContext) {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(url);
  for (const [n, reply] of REPLIES.entries()) {
    await ask(page, 'A question');
    await isLive(page);
    await reply(await upstream.nextCall(), page);
    await page.locator(`#messages > article:nth-of-type(${2 * n + 2}):not([aria-busy])`).waitFor();
  }
  upstream.answerAll(call => call.whole('Yes'));
  const conversation = new URL(page.url()).pathname;
  const archived = await askByRequest(page, url, 'Put away');
  await page.request.post(`${url}${archived}/archival`, { form: { archived: 'yes' } });
  const surroundings = { url, open, conversation, archived, word: 'paragraph' };
  return { surroundings, storageState: await page.context().storageState() };
}

/**
 * By Turbo, as links lead on: in the same document axe need not be read and warmed up again, which takes longer than
 * what it does then.
 */
async function open(page: Page, address: string): Promise<void> {
  const isVisiting = await page.evaluate(address => {
    const turbo = Reflect.get(window, 'Turbo');
    document.body.toggleAttribute('data-left', true);
    turbo?.visit(address);
    return turbo !== undefined;
  }, address);
  if (!isVisiting) await page.goto(address);
  await page.locator('html:not([aria-busy]) > body:not([data-left])').waitFor();
}

/** @returns what axe finds, a line for each element; of the dark page what depends on colours, for the rest is the same */
async function findings(page: Page, device: string): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const light = await violations(page);
  if (device === 'phone') return light; // whose colours are the desktop's
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violations(page, ['color-contrast', 'link-in-text-block']);
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map(finding => `dark: ${finding}`)];
}

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  return await page.evaluate(async rules => {
    const { violations } = await axe.run(document, {
      resultTypes: ['violations'],
      preload: false,
      ...(rules ? { runOnly: rules } : {}),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}\n${failureSummary}`),
    );
  }, rules);
}

// Each device has the time that a test has.
test('axe finds nothing on any page, light or dark', { timeout: 300_000 }, async t => {
  const { surroundings, storageState } = await prepare(t);
  for (const [device, options] of Object.entries(DEVICES)) {
    await t.test(`on a ${device}`, async t => {
      const page = await openPage(t, await sharedChromium(), { ...options, storageState });
      const found: string[] = [];
      for (const [name, show] of Object.entries(places)) {
        try {
          await show(page, surroundings);
          for (const finding of await findings(page, device)) found.push(`${name}: ${finding}`);
        } catch (error) {
          found.push(`${name}: ${error}`);
        }
      }
      assert.deepEqual(found, []);
    });
  }
});
