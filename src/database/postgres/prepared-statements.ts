import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { tellLoss } from './lost-connection.ts';
import { served } from './served-query.ts';

/** A statement that came so many times is worth the memory of its plan, in each connection. */
const OFTEN = 10;
/** A list in a statement makes another one of it for each length: those that come rarely are not remembered for ever. */
const MOST_COUNTED = 1000;
const MOST_PREPARED = 100;

/** To return whatever columns there are fails, once prepared, as soon as another process has added one. */
const ANY_COLUMNS = /(select|returning|,|\.) ?\*/i;

/** The pool, whose connections prepare the statements that come often: to read and plan one costs more than to run it. */
export function preparing(pool: pg.Pool): PostgresPool {
  const statements = new FrequentStatements();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const query = (client: pg.PoolClient) => async (text: string, values: unknown[]) =>
    await served(
      client,
      pool.options.connectionString,
      client.query({ name: statements.nameOf(text, values), text, values }),
    ).catch(error => {
      throw tellLoss(error);
    });

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      return clients.getOrInsertComputed(client, () =>
        Object.create(client, { query: { value: query(client) } }),
      );
    },
  };
}

class FrequentStatements {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @returns `undefined` for one that is not to be prepared */
  nameOf(text: string, values: readonly unknown[]): string | undefined {
    if (values.length === 0) return undefined;
    return this.#names.get(text) ?? (this.#isFrequent(text) ? this.#add(text) : undefined);
  }

  #isFrequent(text: string): boolean {
    if (this.#names.size >= MOST_PREPARED || ANY_COLUMNS.test(text)) return false;
    const count = (this.#counts.get(text) ?? 0) + 1;
    if (this.#counts.size >= MOST_COUNTED) this.#counts.clear();
    this.#counts.set(text, count);
    return count >= OFTEN;
  }

  #add(text: string): string {
    const name = `parley_${this.#names.size + 1}`;
    this.#names.set(text, name);
    this.#counts.delete(text);
    return name;
  }
}
