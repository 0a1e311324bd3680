import { type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { sharedChromium } from '../../support/chromium.ts';
import { openContext } from '../../support/spare-contexts.ts';
import { type Peer, startPeer, type Way } from './peer.ts';

export const EITHER_WAY: readonly Way[] = ['WebSocket', 'event streams'];

type Behaviours = (behaviour: (name: string, check: Check) => Promise<void>) => Promise<void>[];

type OpenTab = (t: TestContext, browser: Browser) => Promise<Page>;

type Check = (t: TestContext, peer: Peer, page: Page) => Promise<void>;

/**
 * Checks behaviours, each with a tab and a peer of its own, a few at a time in one browser.
 * @param ways those by which the peer is reached, one after the other
 */
export function testInTabs(subject: string, ways: readonly Way[], behaviours: Behaviours): void {
  testIn(openNewTab, subject, ways, behaviours);
}

/**
 * The same for behaviours that leave no trace in a tab but in its document, each with a tab in which others were before,
 * at peers of their own: to open one takes longer than most of what is done in it.
 */
export function testInUsedTabs(subject: string, ways: readonly Way[], behaviours: Behaviours): void {
  testIn(openUsedTab, subject, ways, behaviours);
}

function testIn(openTab: OpenTab, subject: string, ways: readonly Way[], behaviours: Behaviours): void {
  for (const way of ways) {
    test(`${subject}, by ${way}`, { concurrency: 4 }, async t => {
      const browser = await sharedChromium();
      const behaviour = (name: string, check: Check) =>
        t.test(name, async t => check(t, await startPeer(t, way), await openTab(t, browser)));
      await Promise.all(behaviours(behaviour));
    });
  }
}

async function openNewTab(t: TestContext, browser: Browser): Promise<Page> {
  const { context, leave } = await openContext(browser);
  t.after(leave);
  return await context.newPage();
}

/** Those that nobody uses now. */
const usedTabs: Page[] = [];

async function openUsedTab(t: TestContext, browser: Browser): Promise<Page> {
  const page = usedTabs.pop() ?? (await browser.newPage());
  t.after(async () => {
    await page.goto('about:blank');
    usedTabs.push(page);
  });
  return page;
}

export async function serve(peer: Peer, page: Page, body: string): Promise<void> {
  peer.pages.set('/conversation', () => body);
  await page.goto(`${peer.url}/conversation`);
  await connected(page);
}

export async function connected(page: Page, elements = 1): Promise<void> {
  await page.waitForFunction(
    expected => document.querySelectorAll('turbo-cable-stream-source[connected]').length >= expected,
    elements,
  );
}

/** Frames wait while a question is outstanding, so what follows the answer shows that it was carried out. */
export async function firstCatchUp(peer: Peer, page: Page): Promise<void> {
  await peer.until(() => peer.questions.length === 1);
  peer.send(
    '<turbo-stream action="after" target="messages"><template><p id="caught_up"></p></template></turbo-stream>',
  );
  await page.waitForSelector('#caught_up', { state: 'attached' });
}

/** Waits until so many steps wait for a repaint. */
export async function streams(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    expected => document.querySelectorAll('turbo-stream').length === expected,
    count,
    { polling: 20 },
  );
}

export function subscriptions(peer: Peer): number {
  return peer.commands.filter(({ command }) => command === 'subscribe').length;
}

/** As a form's answer, which Turbo renders past the cable. */
export function renderAsAnswer(frame: string): void {
  Reflect.get(window, 'Turbo').renderStreamMessage(frame);
}

export function visitAgain(): void {
  Reflect.get(window, 'Turbo').visit(location.href, { action: 'replace' });
}

/** A headless tab cannot be hidden, so the page is told so: no repaints, and another `visibilityState`. */
export function withholdRepaints(): void {
  const repaint = window.requestAnimationFrame;
  const withheld: FrameRequestCallback[] = [];
  const pretend = (state: string) =>
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
  window.requestAnimationFrame = callback => withheld.push(callback);
  document.addEventListener('test:hide', () => pretend('hidden'));
  document.addEventListener('test:show', () => {
    pretend('visible');
    window.requestAnimationFrame = repaint;
    for (const callback of withheld) repaint(callback);
  });
}
