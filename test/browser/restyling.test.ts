import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { openPage, showsText } from '../support/page.ts';

/** An element or text that the browser styled anew, and why. */
interface Restyled {
  readonly nodeName: string;
  readonly reason: string;
}

const RESTYLED = 'StyleRecalcInvalidationTracking';

/** All that Chromium styles anew while this is done, as its developer tools would show it. */
async function restyledDuring(page: Page, action: () => Promise<void>): Promise<Restyled[]> {
  const session = await page.context().newCDPSession(page);
  const restyled: Restyled[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, args } of value as { name?: string; args?: { data?: Restyled } }[])
      if (name === RESTYLED && args?.data) restyled.push(args.data);
  });
  const complete = new Promise<void>(resolve => session.once('Tracing.tracingComplete', () => resolve()));
  const category = 'disabled-by-default-devtools.timeline.invalidationTracking';
  await session.send('Tracing.start', { traceConfig: { includedCategories: [category] } });
  await action();
  await session.send('Tracing.end');
  await complete;
  return restyled;
}

test('no word of a reply makes the browser search through it for what a style asks for', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await showQuestion(page, url);
  const call = await upstream.nextCall();
  call.text('Paragraph 0.');
  await showsText(page, 'Paragraph 0.');

  const restyled = await restyledDuring(page, async () => {
    for (let i = 1; i <= 5; i++) {
      call.text(`\n\nParagraph ${i},`);
      await showsText(page, `Paragraph ${i},`);
      call.text(' and its end.');
      await showsText(page, `Paragraph ${i}, and its end.`);
    }
  });
  assert.ok(restyled.filter(({ nodeName }) => nodeName === '#text').length >= 10);
  assert.deepEqual(
    restyled.filter(({ reason }) => reason.includes(':has()')),
    [],
  );
});
