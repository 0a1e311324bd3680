import type { Listener } from '../cable/broadcaster.ts';
import type { Dependencies } from '../dependencies.ts';
import { logLevelOf } from '../errors.ts';
import { LEASE_RENEWAL_MS, type Run, renewLease } from '../models/reply.ts';

/**
 * A writer's hold on its reply. While the model is silent only the renewals tell that the writer lives, and only they
 * tell the writer when the reply is no longer its own; a signal makes it look at once.
 */
export class Lease implements Listener {
  readonly #deps: Pick<Dependencies, 'db' | 'log'>;
  readonly #run: Run;
  readonly #lost = new AbortController();
  #renewal: NodeJS.Timeout | undefined;
  #isSignalled = false;

  constructor(deps: Pick<Dependencies, 'db' | 'log'>, run: Run) {
    this.#deps = deps;
    this.#run = run;
  }

  /** Fires when the reply is no longer this writer's. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The reply is claimed: keeps it until the end. */
  hold(): void {
    this.#renewal = setInterval(() => this.#renew(), LEASE_RENEWAL_MS);
    if (this.#isSignalled) this.#renew();
  }

  end(): void {
    clearInterval(this.#renewal);
    this.#lost.abort();
  }

  receive(): void {
    this.#isSignalled = true;
    if (this.#renewal) this.#renew();
  }

  missed(): void {
    this.receive();
  }

  #renew(): void {
    renewLease(this.#deps.db, this.#run).then(
      isKept => isKept || this.#lost.abort(),
      error => this.#report(error),
    );
  }

  /** Until the lease ends there is time for another try. */
  #report(error: unknown): void {
    this.#deps.log[logLevelOf(error)](error, 'A lease could not be renewed.');
  }
}
