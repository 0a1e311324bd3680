import { type TestContext, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { sharedChromium } from '../support/chromium.ts';
import { scriptUsing } from './guide.ts';
import { openStockPage, type StockPage } from './stock-page.ts';

/** The clients that have a `<turbo-cable-stream-source>` of their own. */
const ELEMENTS = ['@hotwired/turbo-rails', '@anycable/turbo-stream'];

export interface Trial {
  readonly t: TestContext;
  /** Opens a page that runs the element's client. */
  open(expected?: RegExp): Promise<StockPage>;
}

/** Tries each behaviour with each element, just as the guide says to use it, a few at a time in one browser. */
export function tryElements(
  subject: string,
  behaviours: Readonly<Record<string, (trial: Trial) => Promise<void>>>,
): void {
  test(subject, { concurrency: 3 }, async t => {
    const browser = await sharedChromium();
    const each = ELEMENTS.flatMap(name =>
      Object.entries(behaviours).map(([behaviour, check]) =>
        t.test(`${name} ${behaviour}`, async t => await check(trial(t, browser, scriptUsing(name)))),
      ),
    );
    await Promise.all(each);
  });
}

/** Tries with all elements at once what takes long. @param check gets what opens a page of each */
export function tryTogether(
  subject: string,
  check: (t: TestContext, trials: Readonly<Record<string, Trial>>) => Promise<void>,
): void {
  test(subject, async t => {
    const browser = await sharedChromium();
    const each = ELEMENTS.map(name => [name, trial(t, browser, scriptUsing(name))]);
    await check(t, Object.fromEntries(each));
  });
}

function trial(t: TestContext, browser: Browser, script: string): Trial {
  return { t, open: expected => openStockPage(t, browser, script, expected) };
}
