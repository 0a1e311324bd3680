import type { Page } from 'playwright-core';

/** A headless tab cannot be hidden, so the page is told so. */
export async function pretend(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(state => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
