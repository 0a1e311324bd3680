import type { LaunchOptions } from 'playwright-core';
import { findOnPath } from './on-path.ts';

const WHOLE = ['chromium', 'chromium-browser', 'google-chrome'];
const SHELL = 'chromium-headless-shell';

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-frame-rate-limit', // where it is a whole Chromium; the rate stays 60 a second
];

/**
 * Which Chromium to start, and how: the one that `CHROMIUM_PATH` names, else the system's, else playwright's own; when
 * there is none, playwright's error says so. The headless shell where there is one, for it draws all tabs at full pace,
 * a whole Chromium those behind the first twice a second.
 */
export function launchOptions(): LaunchOptions {
  return startedFrom(findOnPath([SHELL, ...WHOLE]));
}

/** As `launchOptions`, for what the headless shell does not have. */
export function launchOptionsOfWhole(): LaunchOptions {
  return { ...startedFrom(findOnPath(WHOLE)), channel: 'chromium' };
}

function startedFrom(found: string | undefined): LaunchOptions {
  const executablePath = process.env.CHROMIUM_PATH ?? found;
  return { ...(executablePath ? { executablePath } : {}), args: launchFlags() };
}

function launchFlags(): string[] {
  // Chromium's sandbox refuses to run as root.
  return process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
}
