import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { ask, isLive, openPage, showsStatus, showsText } from '../support/page.ts';

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

/** Those whose styles ask for a part of a message, and look no deeper. */
const LOOK_AT_MESSAGES = ["SECTION id='messages' class='messages'", "MAIN id='main' class='chat'"];
const PARAGRAPHS = 5;

test('no word of a reply makes the browser search through it for what a style asks for', async t => {
  const { url, upstream } = await startTestApp(t);
  const page = await openPage(t, await sharedChromium());
  await page.goto(url);
  for (const question of ['One', 'Two']) {
    // By its form: a page that is loaded may be styled while it is parsed, and then its first reply is as later ones.
    await ask(page, question);
    await isLive(page);
    const call = await upstream.nextCall();
    call.text(`${question} 0.`);
    await showsText(page, `${question} 0.`);

    const restyled = await restyledDuring(page, async () => {
      for (let i = 1; i <= PARAGRAPHS; i++) {
        call.text(`\n\n${question} ${i},`);
        await showsText(page, `${question} ${i},`);
        call.text(' and its end.');
        await showsText(page, `${question} ${i}, and its end.`);
      }
    });
    assert.ok(restyled.filter(({ nodeName }) => nodeName === '#text').length >= 2 * PARAGRAPHS);
    const searching = restyled.filter(({ reason }) => reason.includes(':has()'));
    if (question === 'One') assert.deepEqual(searching, []);
    for (const { nodeName } of searching) assert.ok(LOOK_AT_MESSAGES.includes(nodeName), nodeName);
    for (const nodeName of LOOK_AT_MESSAGES)
      assert.ok(searching.filter(each => each.nodeName === nodeName).length <= PARAGRAPHS, nodeName);
    call.finish();
    await showsStatus(page, 'complete');
  }
});
