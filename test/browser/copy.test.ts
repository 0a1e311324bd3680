import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { newestReply, openPage, showsStatus } from '../support/page.ts';
import { stopTime } from '../support/stop-time.ts';

test('the Copy button of a code block copies the code, and says so', async t => {
  const { url, upstream } = await startTestApp(t);
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await openPage(t, await sharedChromium(), { permissions });
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  const code = 'if (a < b && c) {\n  return "<b>";\n}';
  call.text(`Look:\n\n\`\`\`js\n${code}\n\`\`\`\n`);
  call.finish();
  await showsStatus(page, 'complete');
  await page.clock.install();
  await stopTime(page); // it is said for a moment
  await newestReply(page).getByRole('button', { name: 'Copy' }).click();
  await newestReply(page).getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
});

test('where browsers offer no clipboard, the code is copied as well, and nothing is left selected', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium(), { permissions: ['clipboard-read'] });
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.text('```\nconst a = 1;\n```\n');
  call.finish();
  await showsStatus(page, 'complete');
  const clipboard = await page.evaluateHandle(() => {
    const { clipboard } = navigator;
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    return clipboard;
  });
  await page.clock.install();
  await stopTime(page);
  await newestReply(page).getByRole('button', { name: 'Copy', exact: true }).click();
  await newestReply(page).getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await clipboard.evaluate(clipboard => clipboard.readText()), 'const a = 1;');
  assert.equal(await page.evaluate(() => getSelection()?.toString()), '');
});
