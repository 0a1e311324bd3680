import { after } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { launchOptions } from './launch-options.ts';

let browser: Promise<Browser> | undefined;

/**
 * A headless Chromium for all tests of a file, which is closed after them: to start one costs more than most tests do.
 * What a test opens in it is in a context of its own.
 */
export async function sharedChromium(): Promise<Browser> {
  browser ??= chromium.launch(launchOptions());
  return await browser;
}

after(async () => (await browser)?.close());
