/** A connection that stays open, as the server counts what it has sent on it. */
interface Sent {
  readonly id: number;
  readonly route: string;
  readonly bytes: number;
}

const ROUTES = ['/v1/completions/live_stream', '/chat', '/cable'] as const;

/** What the server's sockets have sent to this page since a run began, headers and compression included. */
export class Wire {
  #sent = new Map<number, Sent>();
  #before = new Map<number, number>();

  /** What has been sent on the connections that are known by now is not the run's. */
  async begin(): Promise<void> {
    const known = [...this.#sent.keys()];
    await this.read();
    this.#before = new Map(known.map(id => [id, this.#sent.get(id)?.bytes ?? 0]));
  }

  /** Asks the server. Where it cannot be reached, what it said last stands. */
  async read(): Promise<void> {
    const tab = document.documentElement.dataset.tab ?? '';
    const response = await fetch(`/compare/wire?${new URLSearchParams({ tab })}`).catch(() => undefined);
    if (!response?.ok) return;
    const sent: readonly Sent[] = await response.json();
    for (const each of sent) this.#sent.set(each.id, each);
  }

  /** So many bytes by each of the three ways; `undefined` where no connection was seen. */
  get bytes(): readonly (number | undefined)[] {
    return ROUTES.map(route => {
      const own = [...this.#sent.values()].filter(sent => sent.route === route);
      const grown = own
        .map(({ id, bytes }) => bytes - (this.#before.get(id) ?? 0))
        .filter(grown => grown > 0);
      return grown.length > 0 ? grown.reduce((sum, each) => sum + each) : undefined;
    });
  }
}
