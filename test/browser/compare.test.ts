import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { openPage, openTab } from '../support/page.ts';
import type { ScriptedUpstream, UpstreamCall } from '../support/scripted-upstream.ts';

/** A browser's own reader asks again 300 ms after a cut, if it is let. */
const RECONNECT_MS = 1_000;

const WAYS = ['accumulated', 'deltas', 'turbo'] as const;

type Way = (typeof WAYS)[number];

/** A person's page that compares. */
async function openComparison(
  t: TestContext,
  { environment = {}, ...options }: BrowserContextOptions & { environment?: Record<string, string> } = {},
) {
  const context = await startTestApp(t, environment);
  const page = await openPage(t, await sharedChromium(), options);
  await page.goto(`${context.url}/compare`);
  return { ...context, page };
}

function run(page: Page): Promise<void> {
  return page.getByRole('button', { name: 'Run' }).click();
}

/** Runs, and begins each of the three replies with the same text. @returns the model's three hands */
async function begin(page: Page, upstream: ScriptedUpstream, text: string): Promise<UpstreamCall[]> {
  await run(page);
  const calls = await Promise.all(WAYS.map(() => upstream.nextCall()));
  for (const call of calls) call.text(text);
  for (const way of WAYS) await reply(page, way).getByText(text).waitFor();
  return calls;
}

/** Ends the replies, as far as anybody still listens. */
function finish(calls: readonly UpstreamCall[], text: string): void {
  for (const call of calls) {
    call.text(text);
    call.finish();
  }
}

/** Waits until the run is over, and all that was measured is shown. */
async function isOver(page: Page): Promise<void> {
  await page.locator('.summary__answer', { hasText: 'On the wire' }).waitFor();
}

function reply(page: Page, way: Way) {
  const text = way === 'turbo' ? '[data-role=assistant] [id$=_body]' : '.lane__text';
  return page.locator(`.lane--${way}`).locator(text);
}

async function texts(page: Page): Promise<string[]> {
  return await Promise.all(WAYS.map(way => reply(page, way).innerText()));
}

function outcomes(page: Page): Promise<string[]> {
  return page.locator('.lane__outcome').allInnerTexts();
}

function figures(page: Page, name: string): Promise<string[]> {
  return page.locator(`.lane [data-figure=${name}]`).allInnerTexts();
}

/** The figures as numbers, in one unit. */
async function numbers(page: Page, name: string): Promise<number[]> {
  return (await figures(page, name)).map(
    figure => Number(figure.replace(/[^\d.]/g, '')) * (figure.endsWith('kB') ? 1000 : 1),
  );
}

test('a run shows the same text in three ways, measures each, and gets an address', async t => {
  const { page, upstream, url } = await openComparison(t);
  const calls = await begin(page, upstream, 'The same');
  finish(calls, ' words');
  await isOver(page);
  assert.deepEqual(await texts(page), ['The same words', 'The same words', 'The same words']);
  assert.deepEqual(await outcomes(page), ['Complete.', 'Complete.', 'Complete.']);
  for (const name of ['first', 'speed', 'frames', 'plain', 'wire'])
    for (const figure of await figures(page, name)) assert.match(figure, /[1-9]/, name);
  for (const figure of await figures(page, 'busy')) assert.match(figure, /^[\d.]+ ms$/);
  assert.equal(await page.getByText('Run it to see.').count(), 0);
  for (const line of await page.locator('polyline').all())
    assert.match((await line.getAttribute('points')) ?? '', /^0,300 .*1000,0$/);
  await page.getByRole('img', { name: /12 after [\d.]+ s \(3\)\.$/ }).waitFor();
  assert.match(page.url(), new RegExp(`^${url}/compare/[0-9a-f-]{36}$`));
  assert.equal(upstream.calls, 3);

  finish(await begin(page, upstream, 'Other'), ' words');
  await page.locator('.lane__outcome', { hasText: 'Complete.' }).nth(2).waitFor();
  assert.deepEqual(await texts(page), ['Other words', 'Other words', 'Other words']);
});

test('a cut ends the event streams where they are, and the third way goes on to its end', async t => {
  const { page, upstream } = await openComparison(t);
  const calls = await begin(page, upstream, 'One two');
  await page.getByRole('button', { name: 'Cut my connection' }).click();
  await page.getByText('The connection broke off.').nth(1).waitFor();
  finish(calls, ' three');
  await isOver(page);
  await delay(RECONNECT_MS);
  assert.deepEqual(await texts(page), ['One two', 'One two', 'One two three']);
  await page.getByText('Letters and digits at the end: 6 (1), 6 (2), 11 (3).').waitFor();
  assert.equal(upstream.calls, 3);
});

test('what a run measures of each way is that way’s own, and the last run’s', async t => {
  const { page, upstream } = await openComparison(t);
  const words = Array.from({ length: 60 }, (_, place) => `word${place} `);
  upstream.answerAll(async call => {
    for (const word of words) {
      call.text(word);
      await delay(5);
    }
    call.finish();
  });
  await run(page);
  await isOver(page);
  const [letters] = new Set(await page.locator('.plot__most').allInnerTexts());
  assert.equal(Number(letters), words.join('').replace(/ /g, '').length);
  const [accumulated = 0, deltas = 0, turbo = 0] = await numbers(page, 'plain');
  assert.ok(accumulated > deltas && turbo > deltas, `plain: ${[accumulated, deltas, turbo]}`);
  const wire = await numbers(page, 'wire');
  assert.ok((wire[0] ?? 0) > accumulated && (wire[1] ?? 0) > deltas, `with headers: ${wire}`);
  assert.ok((wire[2] ?? 0) < turbo, `compressed: ${wire}`);
});

test('another tab’s run is neither counted nor cut', async t => {
  const { page, upstream, url } = await openComparison(t);
  const tab = await openTab(t, page);
  await tab.goto(`${url}/compare`);
  const theirs = await begin(tab, upstream, 'Much text '.repeat(2_000).trim());
  const own = await begin(page, upstream, 'Little');
  await page.getByRole('button', { name: 'Cut my connection' }).click();
  await page.getByText('The connection broke off.').nth(1).waitFor();
  finish(own, ' text');
  await isOver(page);
  const wire = await numbers(page, 'wire');
  assert.ok(Math.max(...wire) < 15_000, `${wire}`);
  finish(theirs, ' more');
  await isOver(tab);
  assert.deepEqual(await outcomes(tab), ['Complete.', 'Complete.', 'Complete.']);
});

test('after a reload in mid-run, what came of the old reply is not the next run’s', async t => {
  const { page, upstream } = await openComparison(t);
  const long = Array.from({ length: 3_000 }, () => Math.random().toString(36).slice(2)).join(' ');
  const calls = await begin(page, upstream, 'Old');
  await page.getByRole('link', { name: 'Reload' }).click();
  await page.locator('turbo-cable-stream-source[connected]:not([list])').waitFor({ state: 'attached' });
  finish(calls, long);
  await page.locator('#comparison_outcome', { hasText: 'Complete.' }).waitFor();
  finish(await begin(page, upstream, 'New'), ' text');
  await isOver(page);
  const wire = await numbers(page, 'wire');
  assert.ok(Math.max(...wire) < 15_000, `${wire}`);
});

test('the third way’s own Stop keeps the keyboard on the page, and a reply written anew has no outcome yet', async t => {
  const { page, upstream } = await openComparison(t);
  const calls = await begin(page, upstream, 'Slowly');
  await page.locator('.lane--turbo').getByRole('button', { name: 'Stop' }).press('Enter');
  const outcome = page.locator('#comparison_outcome');
  await outcome.getByText('Stopped.').waitFor();
  await eventually(() => page.evaluate(() => document.activeElement?.matches('.comparison .composer__text')));
  finish(calls, ' done');
  await isOver(page);
  await page.locator('.lane--turbo').getByRole('button', { name: 'Regenerate' }).click();
  const call = await upstream.nextCall();
  call.text('Anew');
  await reply(page, 'turbo').getByText('Anew').waitFor();
  assert.equal(await outcome.innerText(), '');
  finish([call], ' now');
  await outcome.getByText('Complete.').waitFor();
});

test('Stop ends all three, at the model too, and says how long that took', async t => {
  const { page, upstream } = await openComparison(t);
  const calls = await begin(page, upstream, 'Slowly');
  await page.getByRole('button', { name: 'Stop all three' }).press('Enter');
  await Promise.all(calls.map(({ closed }) => closed));
  await isOver(page);
  assert.deepEqual(await outcomes(page), ['Stopped.', 'Stopped.', 'Stopped.']);
  assert.deepEqual(await texts(page), ['Slowly', 'Slowly', 'Slowly']);
  for (const figure of await figures(page, 'stopped')) assert.match(figure, /^[\d.,]+ ms$/);
  await page.getByText(/Stopped after [\d.]+ ms \(1\), [\d.]+ ms \(2\), [\d.,]+ ms \(3\)\./).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  assert.equal(await focused(), 'Run');
});

test('a Stop that does not reach the server is said in words, and is no stop', async t => {
  const { page, upstream } = await openComparison(t);
  const calls = await begin(page, upstream, 'Slowly');
  await page.route('**/cancellation', route =>
    route.fulfill({ status: 408, contentType: 'text/plain', body: '' }),
  );
  await page.getByRole('button', { name: 'Stop all three' }).click();
  await page.getByText('Stop did not reach the server').waitFor();
  finish(calls, ' done');
  await isOver(page);
  assert.deepEqual(await outcomes(page), ['Stopped.', 'Stopped.', 'Complete.']);
  assert.equal((await figures(page, 'stopped')).at(-1), '–');
});

test('a second tab and a reload show what the third way has kept, and only that', async t => {
  const { page, upstream } = await openComparison(t);
  const calls = await begin(page, upstream, 'One two');
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Open a second tab' }).click();
  const tab = await opened;
  await reply(tab, 'turbo').getByText('One two').waitFor();
  assert.equal(await tab.getByText('Nothing of it was kept').count(), 2);

  await page.getByRole('link', { name: 'Reload' }).click();
  await page.getByText('Nothing of it was kept').nth(1).waitFor();
  assert.deepEqual(await texts(page), ['', '', 'One two']);
  finish(calls, ' three');
  for (const each of [page, tab]) await reply(each, 'turbo').getByText('One two three').waitFor();
  await page.getByRole('link', { name: 'Go on in the chat' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.getByText('One two three').waitFor();
});

test('a way that is refused says so in its column, and the others go on', async t => {
  const { page, upstream } = await openComparison(t, { environment: { ASKS_PER_MINUTE: '2' } });
  upstream.answerAll(call => finish([call], 'A reply'));
  await run(page);
  await isOver(page);
  const said = await outcomes(page);
  const refused = said.filter(words => words !== 'Complete.');
  assert.equal(refused.length, 1, said.join());
  assert.match(refused[0] ?? '', /^You have asked more than 2 questions in a minute/);
  assert.equal(upstream.calls, 2);
});

test('a question that the third way does not take keeps the form as it is', async t => {
  const { page, upstream } = await openComparison(t);
  const field = page.getByRole('textbox', { name: 'Question' });
  await field.fill(' \n ');
  await run(page);
  await page.locator('#notice', { hasText: 'Write a message first.' }).waitFor();
  await page.locator('#comparison_outcome', { hasText: 'Write a message first.' }).waitFor();
  assert.equal(await field.inputValue(), ' \n ');
  upstream.answerAll(call => finish([call], 'A reply'));
  await field.fill('Now');
  await eventually(() => page.getByRole('button', { name: 'Run' }).isEnabled());
  await field.press('Enter');
  await reply(page, 'turbo').getByText('A reply').waitFor();
});

test('without JavaScript the third way answers, and the others say what they need', async t => {
  const { page, upstream } = await openComparison(t, { javaScriptEnabled: false });
  const lanes = (await page.locator('.lane').allInnerTexts()).join();
  assert.equal(lanes.match(/Event streams need JavaScript\./g)?.length, 2);
  assert.equal(await page.getByRole('button', { name: 'Stop all three' }).isVisible(), false);
  const points = (await page.locator('.points').allInnerTexts()).join();
  assert.match(points, /Every browser in use today reads them\./);
  assert.match(points, /Everything here is from one origin\./);
  assert.doesNotMatch(points, /to see\.|Cut my connection|Stop all three| \./);
  await run(page);
  const call = await upstream.nextCall();
  finish([call], 'A reply');
  await reply(page, 'turbo').getByText('A reply').waitFor();
  assert.match(page.url(), /\/compare\/[0-9a-f-]{36}$/);
  assert.equal(upstream.calls, 1);
});

test('on a narrow screen nothing is wider than the screen', async t => {
  const narrow = { width: 390, height: 700 };
  const { page, upstream } = await openComparison(t, { viewport: narrow, isMobile: true, hasTouch: true });
  const assertFits = async () => {
    for (const width of [390, 320]) {
      await page.setViewportSize({ ...narrow, width });
      const widths = () =>
        page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth, innerWidth];
        });
      await eventually(async () => (await widths()).every(each => each === width)).catch(async () =>
        assert.deepEqual(await widths(), [width, width, width]),
      );
    }
  };
  await assertFits();
  const wide = `\`\`\`\n${'code '.repeat(30)}\n\`\`\`\n\n${'Donaudampfschifffahrt'.repeat(10)}`;
  upstream.answerAll(call => finish([call], wide));
  await run(page);
  await isOver(page);
  await assertFits();
});
