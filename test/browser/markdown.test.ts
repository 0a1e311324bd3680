import assert from 'node:assert/strict';
import test from 'node:test';
import type { Locator } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { newestReply, openPage, showsStatus } from '../support/page.ts';

const REPLY = `Let $x^2$ be, for $5:

\\[
\\frac{1}{2}
\\]

- [x] Read [the docs](https://www.example.com/a)
- [ ] Write ![a picture](https://img.example/a.png)

\`\`\`js
let a = 1;
\`\`\`

| a | b |
|---|---|
| ${'c'.repeat(200)} | d |
`;

test('code is plain while it is written, and highlighted once its fence is closed', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  const code = newestReply(page).locator('.code code');
  const keyword = code.locator('.hljs-keyword');
  call.text('1. Look:\n\n   ```js\n   let a = 1;\n   let b');
  await code.filter({ hasText: 'let b' }).waitFor();
  assert.equal(await keyword.count(), 0);
  call.text(' = 2;\n   ```\n');
  await keyword.first().waitFor();
  assert.equal(await code.textContent(), 'let a = 1;\nlet b = 2;');
  assert.notEqual(await colourOf(keyword.first()), await colourOf(code));
  call.finish();
  await showsStatus(page, 'complete');
});

test('signs that are half open never show while a reply grows', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  const reply = newestReply(page).locator('.prose');
  const steps = {
    'It is **bol': 'It is bol',
    'd** and `cod': 'It is bold and cod',
    'e`, see [the': 'It is bold and code, see the',
    ' docs](https://exam': 'It is bold and code, see the docs',
    'ple.com) *': 'It is bold and code, see the docs example.com ',
    'now*.': 'It is bold and code, see the docs example.com now.',
  };
  for (const [piece, shown] of Object.entries(steps)) {
    call.text(piece);
    await reply.getByText(shown, { exact: true }).waitFor();
    assert.doesNotMatch((await reply.textContent()) ?? '', /[*`[\]()]/);
  }
  assert.equal(await reply.locator('strong, code, a, em').count(), 4);
  call.finish();
  await showsStatus(page, 'complete');
});

for (const javaScriptEnabled of [true, false]) {
  test(`formulas, tasks, links and code are drawn ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async t => {
    const { url, upstream } = await startTestApp(t);
    const page = await openPage(t, await sharedChromium(), {
      javaScriptEnabled,
      viewport: { width: 390, height: 844 },
    });
    await page.goto(url);
    await page.getByRole('textbox', { name: 'Message' }).fill('One');
    const [call] = await Promise.all([
      upstream.nextCall(),
      page.getByRole('button', { name: 'Send' }).click({ noWaitAfter: true }),
    ]);
    call.text(REPLY);
    call.finish();
    const reply = newestReply(page);
    const table = reply.getByRole('group', { name: 'Table' });
    await table.waitFor();
    assert.equal(await reply.locator('math').count(), 2);
    await reply.getByRole('group', { name: 'Formula' }).waitFor();
    assert.ok(await reply.getByRole('checkbox', { name: 'Read the docs' }).isChecked());
    assert.ok(await reply.getByRole('checkbox', { name: 'Write a picture' }).isDisabled());
    const link = reply.getByRole('link', { name: 'the docs example.com' });
    assert.equal(await link.getAttribute('target'), '_blank');
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
    assert.equal(await reply.getByRole('link', { name: 'a picture img.example' }).count(), 1);
    assert.equal(await reply.locator('img').count(), 0);
    assert.equal(await reply.locator('code .hljs-keyword').count(), 1);
    const [scrolls, pageScrolls] = [await isWider(table), await isWider(page.locator('html'))];
    assert.deepEqual([scrolls, pageScrolls], [true, false]);
  });
}

async function colourOf(element: Locator): Promise<string> {
  return await element.evaluate(found => getComputedStyle(found).color);
}

/** Whether it holds more than it is wide; asked without a script of the page. */
async function isWider(element: Locator): Promise<boolean> {
  return await element.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);
}
