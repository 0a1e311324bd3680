import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { showQuestion } from '../support/conversation-page.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { newestReply, openPage, showsStatus, showsText } from '../support/page.ts';

const REPLY = `First paragraph with [a link](https://example.com/).

Second paragraph.

\`\`\`js
let alpha = 1
\`\`\`

1. one item
2. another item

| a | b |
|-|-|
| cell | last cell |

`;

/** A page that shows a question and a reply that is being written, over a network that can be cut. */
async function openReply(t: TestContext, browser: Browser) {
  const { url, upstream } = await startTestApp(t);
  const proxy = await startCuttableProxy(t, url);
  const page = await openPage(t, browser);
  await showQuestion(page, proxy.url, 'What is this question');
  return { page, proxy, upstream, call: await upstream.nextCall() };
}

type Open = Awaited<ReturnType<typeof openReply>>;

/** Each way in which a reply changes, one after the other, and with what the page shows then. */
const CHANGES: readonly [name: string, change: (open: Open) => Promise<void>][] = [
  [
    'frames',
    async ({ page, call }) => {
      for (const [text, shown] of [
        [' more', 'more'],
        [' *slanted', 'slanted'],
        [' in italics*', 'slanted in italics'],
        ['\n\n- item', 'item'],
        ['\n\n  loose', 'loose'],
        ['\n\nEnd', 'End'],
      ] as const) {
        call.text(text);
        await showsText(page, shown);
      }
    },
  ],
  [
    'a catch-up',
    async ({ page, call, proxy }) => {
      proxy.cut();
      call.text('\n\nWhile nobody listened.\n\nEnd');
      proxy.mend();
      await showsText(page, 'While nobody listened.');
    },
  ],
  [
    'the end of the reply',
    async ({ page, call }) => {
      call.finish();
      await showsStatus(page, 'complete');
    },
  ],
];

/** Selects from one text to the end of the other, in the messages. */
async function select(page: Page, from: string, to: string): Promise<void> {
  await page.evaluate(
    ([from, to]) => {
      const range = document.createRange();
      const texts = document.createTreeWalker(
        document.querySelector('#messages') ?? document,
        NodeFilter.SHOW_TEXT,
      );
      for (let text = texts.nextNode(); text instanceof Text; text = texts.nextNode()) {
        if (text.data.includes(from)) range.setStart(text, text.data.indexOf(from));
        if (!text.data.includes(to)) continue;
        range.setEnd(text, text.data.indexOf(to) + to.length);
        break;
      }
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
    },
    [from, to] as const,
  );
}

function selected(page: Page): Promise<string> {
  return page.evaluate(() => String(getSelection()));
}

/** What a reader has selected, where the keyboard is, and whether the thoughts are unfolded. */
const READERS = [
  ['over paragraphs', ['paragraph with', 'Second para'], 'link', 'a link', true],
  ['from code into a list and a table', ['alpha', 'last cell'], 'button', 'Copy', false],
  ['in the question', ['is this', 'question'], 'button', 'Stop', true],
] as const;

test('nothing of what the reader has in hand is touched while the reply goes on', async t => {
  const browser = await sharedChromium();
  for (const [what, [from, to], role, label, isUnfolded] of READERS) {
    await t.test(`selected ${what}, focus on ${label}`, async t => {
      const open = await openReply(t, browser);
      const { page, call } = open;
      call.reasoning('Let me think.');
      call.text(`${REPLY}Words`);
      await showsText(page, 'Words');
      const summary = newestReply(page).locator('summary');
      await summary.click();
      if (!isUnfolded) await summary.click();
      const focused = page.getByRole(role, { name: label });
      await focused.focus();
      await select(page, from, to);
      const before = await selected(page);
      assert.ok(before.includes(to));

      for (const [name, change] of CHANGES) {
        await change(open);
        assert.equal(await selected(page), before, name);
        assert.equal(await page.getByText('Let me think.').isVisible(), isUnfolded, name);
        if (await focused.isVisible())
          assert.ok(await focused.evaluate(element => element === document.activeElement), name);
      }
    });
  }
});

test('Stop, which leaves the page when the reply ends, leaves the focus to the field', async t => {
  const { page, call } = await openReply(t, await sharedChromium());
  call.text('Words');
  await showsText(page, 'Words');
  await page.getByRole('button', { name: 'Stop' }).focus();
  call.finish();
  await showsStatus(page, 'complete');
  await page.waitForFunction(() => document.activeElement?.id === 'composer_text');
});

const LONG = Array.from({ length: 40 }, (_, i) => `- Item ${i + 1} and a few words.\n`).join('');

test('the line that is read stays where it is', async t => {
  const open = await openReply(t, await sharedChromium());
  const { page, call } = open;
  const thoughts = async () => {
    call.reasoning('\nAnother thought.'.repeat(20));
    await page.getByText('Another thought.').waitFor();
  };
  call.reasoning('Let me think.');
  await newestReply(page).locator('summary').click();
  call.text(`${REPLY}${LONG}`);
  await showsText(page, 'Item 40');
  // Not whole, so that a jump to a whole pixel would be seen.
  await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight / 2 + 0.5 }));
  await page.getByRole('button', { name: 'Newest' }).waitFor();
  const line = page.getByText('Item 20 and');
  const before = await line.boundingBox();
  assert.ok(before && before.y > 0 && before.y < (page.viewportSize()?.height ?? 0));
  for (const [name, change] of [['more thoughts above it', thoughts] as const, ...CHANGES]) {
    await change(open);
    // What is laid out anew is put right with the next frame.
    await page.evaluate(
      () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    assert.deepEqual(await line.boundingBox(), before, name);
  }
});
