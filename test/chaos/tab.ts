import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { collectErrors, isLive } from '../support/page.ts';
import type { Door } from './balancer.ts';
import type { Counts } from './counts.ts';
import { differencesFromFresh } from './fresh-page.ts';
import { watchPage } from './page-watch.ts';

/** What Chromium and Turbo say when a connection is lost, a process is about to end, or a form or a page is refused. */
const EXPECTED =
  /WebSocket connection to|Failed to load resource: (net::ERR_|the server responded with a status of (4|503))|TypeError: Failed to fetch/;

/** A real page that somebody has open. */
export class Tab {
  readonly name: string;
  readonly #page: Page;
  readonly #door: Door;
  readonly #counts: Counts;
  readonly #errors: readonly string[];
  #documents = 0;
  #mayVisit = false;

  private constructor(name: string, page: Page, door: Door, counts: Counts) {
    this.name = name;
    this.#page = page;
    this.#door = door;
    this.#counts = counts;
    this.#errors = collectErrors(page, EXPECTED);
    page.on('domcontentloaded', () => (this.#documents += 1));
  }

  /** Opens the page, and waits until it hears what changes. */
  static async open(
    name: string,
    context: BrowserContext,
    { path, door, counts }: { readonly path: string; readonly door: Door; readonly counts: Counts },
  ): Promise<Tab> {
    const page = await context.newPage();
    await page.addInitScript(watchPage);
    const tab = new Tab(name, page, door, counts);
    await page.goto(door.url + path);
    await isLive(page);
    return tab;
  }

  /** Types a question, in whatever state the page is. */
  async type(question: string): Promise<void> {
    await this.#page.locator('#composer_text').fill(question);
  }

  /** Sends with Enter what is in the field, if anything. */
  async send(): Promise<void> {
    await this.#page.locator('#composer_text').press('Enter');
  }

  /** Presses the button that stops the reply that is being written, if it is shown. */
  async stop(): Promise<void> {
    const button = this.#page.getByRole('button', { name: 'Stop' }).first();
    await button.click({ timeout: 1_000 }).catch(() => {}); // the reply has ended by itself
  }

  /** Hides the tab for so long, as far as it can be emulated. */
  async hide(ms: number): Promise<void> {
    this.#counts.add('hidden tabs');
    await this.#page.evaluate(() => window.chaos.hide());
    await delay(ms);
    await this.#page.evaluate(() => window.chaos.show());
  }

  /** The same, but for the page's clock it lasts an hour. */
  async sleep(ms: number): Promise<void> {
    this.#counts.add('tabs asleep');
    await this.#page.evaluate(() => {
      window.chaos.hide();
      window.chaos.passAnHour();
    });
    await delay(ms);
    await this.#page.evaluate(() => window.chaos.show());
  }

  /** Takes the network away from the person's pages for so long: nothing new is reached, and what stood falls silent. */
  async goOffline(ms: number): Promise<void> {
    this.#counts.add('pages offline');
    await this.#page.context().setOffline(true);
    const silent = this.#door.connections;
    for (const connection of silent) connection.swallow();
    await delay(ms);
    for (const connection of silent) connection.cut();
    await this.#page.context().setOffline(false);
  }

  /** From now on it may visit its own URL: its conversation is deleted. */
  mayVisit(): void {
    this.#mayVisit = true;
  }

  /** What is not as it has to be by now, in words. */
  async differences(): Promise<string[]> {
    const differences = await this.#page.evaluate(differencesFromFresh);
    return differences.map(difference => `${this.name}: ${difference}`);
  }

  /** What must not have happened at any time, in words; counts what it asked for. */
  async faults(): Promise<string[]> {
    const { backwards, catchUps, visits } = await this.#page.evaluate(() => window.chaos);
    this.#counts.add('catch-ups of pages', catchUps);
    const reloads = this.#documents - 1;
    return [
      ...backwards,
      ...(reloads > 0 ? [`was reloaded ${reloads} times`] : []),
      ...(this.#mayVisit ? [] : visits.map(url => `visited ${url}`)),
      ...this.#errors.map(error => `reported an error: ${error}`),
    ].map(fault => `${this.name}: ${fault}`);
  }
}
