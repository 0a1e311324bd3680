import type { Sent } from '../../src/http/open-connections.ts';
import { tab } from '../cable/tab.ts';

/** By which each way comes; the third begins with the form's answer. */
const ROUTES: readonly (readonly string[])[] = [
  ['/v1/completions/live_stream'],
  ['/chat'],
  ['/compare', '/cable'],
];

/** What the server's sockets have sent to this page since a run began, headers and compression included. */
export class Wire {
  #sent = new Map<number, Sent>();
  #before = new Map<number, number>();

  /** What has been sent on the connections that are open by now is not the run's. */
  async begin(): Promise<void> {
    const known = new Set(this.#sent.keys());
    const hasSocket = document.documentElement.dataset.cable === 'connected';
    await this.read();
    const before = [...this.#sent.values()].filter(
      ({ id, route }) => known.has(id) || (hasSocket && route === '/cable'),
    );
    this.#before = new Map(before.map(({ id, bytes }) => [id, bytes]));
  }

  /** Asks the server. Where it cannot be reached, what it said last stands. */
  async read(): Promise<void> {
    const response = await fetch(`/compare/wire?${new URLSearchParams({ tab })}`).catch(() => undefined);
    if (!response?.ok) return;
    const sent: readonly Sent[] = await response.json();
    for (const each of sent) this.#sent.set(each.id, each);
  }

  /** So many bytes by each of the three ways; `undefined` where no connection was seen. */
  get bytes(): readonly (number | undefined)[] {
    return ROUTES.map(routes => {
      const own = [...this.#sent.values()].filter(({ route }) => routes.includes(route));
      const grown = own
        .map(({ id, bytes }) => bytes - (this.#before.get(id) ?? 0))
        .filter(grown => grown > 0);
      return grown.length > 0 ? grown.reduce((sum, each) => sum + each) : undefined;
    });
  }
}
