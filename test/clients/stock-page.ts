import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { buildSync } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import { closeAfter } from '../support/close-after.ts';
import { eventually } from '../support/eventually.ts';
import { shownMessages } from '../support/page.ts';

/** A page that runs a stock client, and what went over its cable so far. */
export interface StockPage {
  readonly page: Page;
  readonly wire: Wire;
}

interface Wire {
  readonly sent: readonly Said[];
  readonly received: readonly Said[];
}

/** What either side said, parsed. */
interface Said {
  readonly command?: string;
  readonly type?: string;
  readonly identifier?: string;
  readonly message?: unknown;
}

const ROOT = join(import.meta.dirname, '../..');
/** What Parley's own pages run. */
export const OUR_SCRIPT = '**/assets/application-*.js';
/** What Chromium says of a connection that is lost, and of a page that is gone. */
const EXPECTED = /WebSocket connection to|Failed to load resource: (net::ERR_|.* status of 404)/;

/**
 * Opens a page of a person of its own, on whose pages of Parley `script` runs in place of Parley's. Whatever it throws,
 * or says on the console as an error, fails the test.
 * @param expected what else it may say there
 */
export async function openStockPage(
  t: TestContext,
  browser: Browser,
  script: string,
  expected = EXPECTED,
): Promise<StockPage> {
  const body = bundle(script);
  const context = await browser.newContext();
  await context.route(OUR_SCRIPT, route => route.fulfill({ contentType: 'text/javascript', body }));
  const errors: string[] = [];
  context.on('weberror', error => errors.push(String(error.error())));
  context.on('console', message => {
    const isExpected = EXPECTED.test(message.text()) || expected.test(message.text());
    if (message.type() === 'error' && !isExpected) errors.push(message.text());
  });
  closeAfter(t, async () => {
    await context.close();
    if (errors.length > 0) throw new Error(`The page reported errors:\n${errors.join('\n')}`);
  });
  const page = await context.newPage();
  return { page, wire: tap(page) };
}

/** By what they were made of: several pages run the same. */
const bundles = new Map<string, string>();

function bundle(script: string): string {
  const bundled = bundles.get(script) ?? bundleAnew(script);
  bundles.set(script, bundled);
  return bundled;
}

function bundleAnew(script: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: script, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function tap(page: Page): Wire {
  const sent: Said[] = [];
  const received: Said[] = [];
  page.on('websocket', socket => {
    socket.on('framesent', ({ payload }) => sent.push(JSON.parse(String(payload))));
    socket.on('framereceived', ({ payload }) => received.push(JSON.parse(String(payload))));
  });
  return { sent, received };
}

/** Waits until a subscription to the stream of the conversation at `url` was confirmed so many times. */
export async function isConfirmed({ received }: Wire, url: string, times = 1): Promise<void> {
  const stream = conversationStream(url.split('/').at(-1) ?? '');
  await eventually(() => {
    const confirmed = received.filter(({ type }) => type === 'confirm_subscription');
    return confirmed.filter(said => streamOf(said) === stream).length >= times;
  });
}

/** The name of the stream that this is about. */
export function streamOf({ identifier = '{}' }: Said): unknown {
  const { signed_stream_name = '' } = JSON.parse(identifier);
  return JSON.parse(Buffer.from(signed_stream_name.split('--')[0], 'base64').toString() || 'null');
}

/** Starts a conversation as the page's person, but past the page. @returns its URL */
export async function converse(page: Page, url: string): Promise<string> {
  if ((await page.context().cookies()).length === 0) await page.request.get(url);
  const { location = '' } = await post(page, `${url}/conversations`, { content: 'One', bot: 'ChatBot' });
  return `${url}${location.replace(/\?.*/, '')}`;
}

/** Posts a form as the page's person, but past the page, and does not go where its answer leads. @returns its headers */
export async function post(page: Page, url: string, form: Readonly<Record<string, string>> = {}) {
  const answer = await page.request.post(url, { form, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
  return answer.headers();
}

/** Waits until the page shows what it would show if it were opened now. */
export async function isAsFresh(page: Page): Promise<void> {
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  const fresh = await shownMessages(tab);
  await tab.close();
  await eventually(async () => (await shownMessages(page)) === fresh).catch(async () =>
    assert.equal(await shownMessages(page), fresh),
  );
}
