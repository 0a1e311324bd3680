import { after } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { launchOptions } from './launch-options.ts';

/** A page keeps the process that it was opened with: to start another one costs almost as much as to show a page. */
const FEW_PROCESSES = ['--disable-site-isolation-trials', '--renderer-process-limit=1'];

let browser: Promise<Browser> | undefined;

/**
 * A headless Chromium for all tests of a file, which is closed after them: to start one costs more than most tests do.
 * What a test opens in it is in a context of its own.
 */
export async function sharedChromium(): Promise<Browser> {
  const { args = [], ...options } = launchOptions();
  browser ??= chromium.launch({ ...options, args: [...args, ...FEW_PROCESSES] });
  return await browser;
}

after(async () => (await browser)?.close());
