import { type AbortableOperationOptions, PostgresDriver } from 'kysely';
import type { Pool } from 'pg';
import { unavailable } from './lost-connection.ts';
import { preparing } from './prepared-statements.ts';

export interface OwnDriverConfig {
  readonly pool: Pool;
  /** Hears why there was no connection to be had. */
  readonly onLoss: (error: Error) => void;
}

/** Prepares what comes often, and tells a database that cannot be reached from a query that fails. */
export class OwnDriver extends PostgresDriver {
  readonly #onLoss: OwnDriverConfig['onLoss'];
  #isClosed = false;

  constructor(config: OwnDriverConfig) {
    super({ pool: preparing(config.pool) });
    this.#onLoss = config.onLoss;
  }

  /** @throws Unavailable */
  override async acquireConnection(options?: AbortableOperationOptions) {
    try {
      return await super.acquireConnection(options);
    } catch (cause) {
      if (this.#isClosed) throw cause;
      if (cause instanceof Error) this.#onLoss(cause);
      throw unavailable(cause);
    }
  }

  override async destroy(): Promise<void> {
    this.#isClosed = true;
    await super.destroy();
  }
}
