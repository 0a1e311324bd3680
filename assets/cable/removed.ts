/** As many as a page shows of a long list at first. */
const MOST = 40;

/** A thing of a list, and the version that it shows. */
interface Kept<Thing> {
  readonly version: number;
  readonly thing: Thing;
}

/**
 * What steps of a list took away. A move takes a thing away and brings it as it was when the move was announced, and
 * what changed it since, announced elsewhere, may have come before: then the thing that was taken away is the newer one.
 */
export class Removed<Thing> {
  readonly #kept = new Map<string, Kept<Thing>>();

  keep(id: string, version: number, thing: Thing): void {
    this.#kept.delete(id);
    this.#kept.set(id, { version, thing });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** The thing, where it was taken away in a newer version than the one that is brought. */
  newerThan(id: string, version: number): Thing | undefined {
    const kept = this.#kept.get(id);
    return kept && kept.version > version ? kept.thing : undefined;
  }
}
