import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { build } from 'esbuild';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { renderStreamed } from '../../src/markdown/markdown-stream.ts';
import { type Frame, framesOf, stepsOf } from '../markdown/stream-frames.ts';
import { streamedDocuments } from '../markdown/streamed-documents.ts';
import { sharedChromium } from '../support/chromium.ts';

const DOCUMENTS = Number(process.env.MARKDOWN_BROWSER_DOCUMENTS ?? 100);

/** What the page gets, and all that it shall show then. */
interface Step {
  readonly streams: string;
  readonly whole: string;
}

interface Difference {
  readonly frame: number;
  readonly shown: string;
  readonly expected: string;
}

test("after every frame, Turbo's actions leave the DOM of the text drawn in one go", async t => {
  const page = await openPage(t);
  const property = fc.asyncProperty(streamedDocuments, async pieces => {
    assert.equal(await page.evaluate(firstDifference, framesOf(pieces).map(step)), undefined);
  });
  await fc.assert(property, { numRuns: DOCUMENTS });
});

/** A page with nothing but Turbo and a message. */
async function openPage(t: TestContext): Promise<Page> {
  const browser = await sharedChromium();
  const page = await browser.newPage();
  t.after(() => page.close());
  const body = '<!DOCTYPE html><main id="message_1_body"></main>';
  await page.route('**/*', route => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('http://parley.example/');
  await page.addScriptTag({ content: await bundledTurbo() });
  return page;
}

async function bundledTurbo(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: "import '@hotwired/turbo'", resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

function step(frame: Frame): Step {
  return { streams: stepsOf(frame), whole: renderStreamed(frame.text, frame.settledLength) };
}

/** Runs in the page. Turbo waits for a repaint before each action, so this carries the actions out itself. */
async function firstDifference(steps: Step[]): Promise<Difference | undefined> {
  const message = document.querySelector('#message_1_body') ?? document.body;
  message.replaceChildren();
  for (const [frame, { streams, whole }] of steps.entries()) {
    for (const stream of parse(streams).querySelectorAll('turbo-stream')) carryOut(stream);
    const shown = document.createElement('div');
    shown.append(...message.cloneNode(true).childNodes);
    const expected = document.createElement('div');
    expected.append(parse(whole));
    // The HTML must mean to the browser what it says: no element closed early, no line break swallowed.
    if (plain(expected.innerHTML) !== plain(whole))
      return { frame, shown: expected.innerHTML, expected: whole };
    tidy(shown);
    tidy(expected);
    if (!shown.isEqualNode(expected)) return { frame, shown: shown.innerHTML, expected: expected.innerHTML };
  }
  return undefined;

  function parse(html: string): DocumentFragment {
    const template = document.createElement('template');
    template.innerHTML = html;
    return template.content;
  }

  function carryOut(stream: Element): void {
    const element = document.importNode(stream, true);
    if ('performAction' in element && typeof element.performAction === 'function') element.performAction();
    else throw new Error('Turbo does not know this element.');
  }

  /** Takes away what edits at the end leave or lack: line breaks between blocks, borders between texts. */
  function tidy(element: Element): void {
    element.normalize();
    for (const node of [...element.querySelectorAll('*'), element]) {
      if (!/^(main|ul|ol|li|blockquote|div|table|thead|tbody|tr)$/.test(node.localName)) continue;
      for (const child of [...node.childNodes]) if (/^\n+$/.test(child.nodeValue ?? '')) child.remove();
    }
  }

  /** The same for what a browser writes and what the server wrote, where only the entities differ. */
  function plain(html: string): string {
    return html.replaceAll('&quot;', '"').replaceAll('\u00a0', '&nbsp;');
  }
}
