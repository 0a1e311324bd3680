import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts a headless Chromium that is closed when the test ends. It is the one that `CHROMIUM_PATH` names, else
 * the system's, else playwright's own; when there is none, playwright's error says so.
 */
export async function launchChromium(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch(launchOptions());
  t.after(() => browser.close());
  return browser;
}

/** Which Chromium to start, and how. */
export function launchOptions(): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH ?? installedChromium();
  return { ...(executablePath ? { executablePath } : {}), args: launchFlags() };
}

function installedChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap(folder => NAMES.map(name => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function launchFlags(): string[] {
  // Chromium's sandbox refuses to run as root.
  return process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
}
