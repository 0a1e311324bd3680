import { after } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { launchOptions } from './launch-options.ts';

/** The pages of a context share a process, also when they lead on: to start one costs about as much as to show a page. */
const FEW_PROCESSES = ['--disable-site-isolation-trials', '--renderer-process-limit=1'];

let browser: Promise<Browser> | undefined;

/**
 * A headless Chromium for all tests of a file, which is closed after them: to start one costs more than most tests do.
 * Each person has a context there.
 */
export async function sharedChromium(): Promise<Browser> {
  browser ??= launch();
  return await browser;
}

async function launch(): Promise<Browser> {
  const { args = [], ...options } = launchOptions();
  return await chromium.launch({ ...options, args: [...args, ...FEW_PROCESSES] });
}

after(async () => (await browser)?.close());
