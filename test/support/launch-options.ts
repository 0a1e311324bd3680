import type { LaunchOptions } from 'playwright-core';
import { findOnPath } from './on-path.ts';

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
 * Which Chromium to start, and how: the one that `CHROMIUM_PATH` names, else the system's, else playwright's own; when
 * there is none, playwright's error says so.
 */
export function launchOptions(): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH ?? findOnPath(NAMES);
  return { ...(executablePath ? { executablePath } : {}), args: launchFlags() };
}

function launchFlags(): string[] {
  // Chromium's sandbox refuses to run as root.
  return process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
}
