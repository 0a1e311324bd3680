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
];

/** With it a whole Chromium draws also what is behind, 60 times a second. The shell does so by itself: it would draw three times as often, for nothing. */
const AT_FULL_PACE = '--disable-frame-rate-limit';

/**
 * Which Chromium to start, and how: the one that `CHROMIUM_PATH` names, else the system's, else playwright's own; when
 * there is none, playwright's error says so. The headless shell where there is one, for it takes less.
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
  if (!executablePath) return { args: flags() }; // playwright's own is a shell, too
  return { executablePath, args: [...flags(), ...(executablePath.endsWith(SHELL) ? [] : [AT_FULL_PACE])] };
}

function flags(): string[] {
  // Chromium's sandbox refuses to run as root.
  return process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
}
