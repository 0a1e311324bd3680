import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { newestReply, openPage, showsStatus, showsText } from '../support/page.ts';

/** What paper of the size A4 has between its margins, in CSS pixels. */
const PAPER = { width: 718, height: 1047 };

const REPLY = `First words, and [an atlas](https://example.com/atlas).

\`\`\`js
const long = ${'"a string" + '.repeat(30)}"its end";
\`\`\`

| City | High | Low | A column of many words | Another column of many words | A third column of many words |
|-|-:|-:|-|-|-|
| Johannesburg | 1024 | 512 | ${'W'.repeat(60)} | words and words | its end |

Last words.
`;

async function colours(page: Page) {
  return await page.evaluate(() =>
    ['html', '.message--user', '.prose p', '.prose a', '.code'].map(selector => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector(selector) ?? document.body);
      return `${selector}: ${color} on ${backgroundColor}`;
    }),
  );
}

/** What stands out beyond what holds it, or beyond the paper. */
async function clipped(page: Page): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll('html, #messages, #messages :not(.visually-hidden)')]
      .filter(element => {
        const { right } = element.getBoundingClientRect();
        const isCut = getComputedStyle(element).overflowX !== 'visible';
        return right > innerWidth + 1 || (isCut && element.scrollWidth > element.clientWidth);
      })
      .map(element => element.outerHTML.slice(0, 100)),
  );
}

test('a conversation prints whole, without controls, dark on white, in mid-reply and after it', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { viewport: PAPER, colorScheme: 'dark' });
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.reasoning('Let me think.');
  call.text(REPLY);
  await showsText(page, 'Last words.');

  const onScreen = await colours(page);
  for (const ending of [() => Promise.resolve(), () => finish()]) {
    await page.emulateMedia({ media: null });
    await ending();
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    const onLightPaper = await colours(page);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    assert.deepEqual(await colours(page), onLightPaper);
    assert.notDeepEqual(onLightPaper, onScreen);
    assert.deepEqual(await clipped(page), []);
    assert.deepEqual(
      await page.locator(':is(button, a[href^="/"], textarea, input, nav, summary):visible').allInnerTexts(),
      [],
    );
    const text = await newestReply(page).innerText();
    for (const words of ['First words', '"its end";', 'Johannesburg', 'Last words.'])
      assert.ok(text.includes(words), words);
    const link = newestReply(page).getByText('an atlas');
    const address = await link.evaluate(link => getComputedStyle(link, '::after').content);
    assert.equal(address, '" (https://example.com/atlas)"');
  }

  async function finish(): Promise<void> {
    call.finish();
    await showsStatus(page, 'complete');
  }
});

test('what the reader has unfolded is printed', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.reasoning('Let me think.');
  call.text('Words');
  await showsText(page, 'Words');
  const fold = newestReply(page).locator('details');
  await page.emulateMedia({ media: 'print' });
  assert.ok(!(await fold.isVisible()));
  await page.emulateMedia({ media: null });
  await fold.locator('summary').click();
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.getByText('Let me think.').isVisible());
});
