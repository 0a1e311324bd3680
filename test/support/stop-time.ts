import type { Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Time can only be stopped at a moment to come; this one is near enough to look like no silence. */
const SOON_MS = 2_000;

/** From here on time passes in the page, whose clock is installed, only when the test says so. */
export async function stopTime(page: Page): Promise<void> {
  await eventually(async () => {
    const now = await page.evaluate(() => Date.now());
    return await page.clock.pauseAt(now + SOON_MS).then(() => true, isLate);
  });
}

/** Whether that was too late already. @throws any other error */
function isLate(error: Error): false {
  if (/to the past/.test(error.message)) return false;
  throw error;
}
