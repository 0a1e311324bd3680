import type { Shown } from '../../../assets/cable/catch-up.ts';
import { Random } from '../../support/random.ts';
import { type Judge, SimulatedPage } from './page.ts';
import { Server } from './server.ts';
import { type SimulatedStep, toFrame } from './steps.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What of the page's rules is in force; a test can take one away to see that it is needed. */
export interface Rules {
  readonly judge: Judge;
  readonly asks: boolean;
}

const BUSY_MS = 40_000;
/** Longer than a page waits in silence before it asks. */
const CALM_MS = 120_000;
const PAGES = 3;
const DRAWN_MESSAGES = 6;

interface Tab {
  readonly page: SimulatedPage;
  /** Counts up whenever the connection changes: what was on its way is lost. */
  connection: number;
}

/** One conversation, its server, and some tabs on a bad day; everything follows from the seed. */
export class World {
  readonly #random: Random;
  readonly #clock = new VirtualClock();
  readonly #server: Server;
  readonly #rules: Rules;
  readonly #tabs: Tab[] = [];
  #isBusy = true;

  constructor(seed: number, rules: Rules) {
    this.#random = new Random(seed);
    this.#server = new Server(this.#random);
    this.#rules = rules;
  }

  /** Runs through the busy time and the calm after it, in which nothing is lost any more. */
  run(): void {
    for (let asked = 0; asked < 4; asked++) {
      this.#server.ask();
      this.#server.finish('complete');
    }
    for (let page = 0; page < PAGES; page++)
      this.#clock.after(this.#random.between(0, 5_000), () => this.#openTab());
    this.#keepBusy();
    this.#clock.runUntil(BUSY_MS);
    this.#calmDown();
    this.#clock.runUntil(BUSY_MS + CALM_MS);
  }

  /** The pages that do not show what a fresh rendering would, from their oldest message on. */
  get diverged(): SimulatedPage[] {
    return this.#pages().filter(({ articles }) => {
      const fresh = this.#server.articles(articles[0]?.id);
      return JSON.stringify(articles, KEYS) !== JSON.stringify(fresh, KEYS);
    });
  }

  get wentBack(): boolean {
    return this.#pages().some(({ wentBack }) => wentBack);
  }

  #pages(): SimulatedPage[] {
    return this.#tabs.map(({ page }) => page);
  }

  #openTab(): void {
    const drawn = { list: this.#server.list, articles: this.#server.articles().slice(-DRAWN_MESSAGES) };
    const ask = (shown: Shown) => this.#rules.asks && this.#takeQuestion(tab, shown);
    const page = new SimulatedPage(this.#clock, this.#rules.judge, drawn, ask);
    const tab: Tab = { page, connection: 0 };
    this.#tabs.push(tab);
    this.#connect(tab);
  }

  #connect(tab: Tab): void {
    const connection = ++tab.connection;
    this.#clock.after(this.#random.between(50, 2_000), () => {
      if (tab.connection === connection) tab.page.catchUp.start();
    });
  }

  #disconnect(tab: Tab): void {
    tab.page.catchUp.stop();
    this.#connect(tab);
  }

  #takeQuestion(tab: Tab, shown: Shown): void {
    const { connection } = tab;
    this.#clock.after(this.#delay(), () => {
      if (tab.connection === connection) this.#send(tab, this.#server.answer(shown));
    });
  }

  #send(tab: Tab, steps: readonly SimulatedStep[]): void {
    if (this.#isBusy && this.#random.happens(0.03)) return;
    const { connection } = tab;
    this.#clock.after(this.#delay(), () => {
      if (tab.connection === connection) tab.page.catchUp.receive(toFrame(steps));
    });
  }

  #broadcast(steps: readonly SimulatedStep[]): void {
    if (steps.length > 0) for (const tab of this.#tabs) this.#send(tab, steps);
  }

  /** A form's answer goes past the cable, before or after the broadcast, now and then twice. */
  #submit(steps: readonly SimulatedStep[]): void {
    this.#broadcast(steps);
    const tab = this.#random.pick(this.#tabs);
    const times = steps.length === 0 ? 0 : this.#random.happens(0.2) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      this.#clock.after(this.#delay(), () => tab?.page.carryOut(toFrame(steps)));
    }
  }

  #keepBusy(): void {
    if (!this.#isBusy) return;
    this.#act();
    this.#clock.after(this.#random.between(10, 120), () => this.#keepBusy());
  }

  #act(): void {
    const server = this.#server;
    const tab = this.#random.pick(this.#tabs);
    const dice = this.#random.fraction();
    if (dice < 0.7) this.#broadcast(server.write());
    else if (dice < 0.76) this.#broadcast(server.finish('complete'));
    else if (dice < 0.78) this.#submit(server.finish('stopped'));
    else if (dice < 0.88) this.#submit(server.ask());
    else if (dice < 0.91) this.#submit(server.regenerate());
    else if (dice < 0.93) this.#submit(server.switchBranch());
    else if (dice < 0.94) this.#submit(server.removeLast());
    else if (dice < 0.96) this.#submit(server.move());
    else if (dice < 0.98) tab?.page.isHidden ? tab.page.show() : tab?.page.hide();
    else if (tab) this.#disconnect(tab);
  }

  #calmDown(): void {
    this.#isBusy = false;
    for (const page of this.#pages()) if (page.isHidden) page.show();
  }

  /** Mostly in order, sometimes far behind: several processes announce, and a phone's network stalls. */
  #delay(): number {
    return this.#random.happens(0.1) ? this.#random.between(50, 1_500) : this.#random.between(20, 25);
  }
}

/** The order in which a comparison writes an article down. */
const KEYS = ['id', 'version', 'status', 'siblings', 'text'];
