import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, newestReply, openPage, showsStatus } from '../support/page.ts';

test('the Copy button of a code block copies the code, and says so', async t => {
  const { url, upstream } = await startTestApp(t);
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await openPage(t, await sharedChromium(), { permissions });
  await page.goto(url);
  await ask(page, 'One');
  const call = await upstream.nextCall();
  const code = 'if (a < b && c) {\n  return "<b>";\n}';
  call.text(`Look:\n\n\`\`\`js\n${code}\n\`\`\`\n`);
  call.finish();
  await showsStatus(page, 'complete');
  await newestReply(page).getByRole('button', { name: 'Copy' }).click();
  await newestReply(page).getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
});
