import { Client } from 'pg';

/** What PostgreSQL has done with the rows of messages since its start, and what they take now. */
export interface RowUsage {
  readonly updates: number;
  /** Those that touched no index. */
  readonly hotUpdates: number;
  /** What the write-ahead log has grown by, in bytes. */
  readonly walBytes: number;
  /** Rows that are not seen any more, and are not cleared away yet. */
  readonly deadRows: number;
  readonly tableBytes: number;
  /** Where texts of more than 2 kB are. */
  readonly toastBytes: number;
  readonly commits: number;
}

/** A backend tells of what it did at most once a second, and of the last when it has been idle for 10 s. */
export const TOLD_AFTER_MS = 11_000;

const USAGE = `
  SELECT n_tup_upd AS "updates", n_tup_hot_upd AS "hotUpdates", n_dead_tup AS "deadRows",
    pg_relation_size(relid) AS "tableBytes", pg_relation_size(reltoastrelid) AS "toastBytes",
    pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS "walBytes",
    (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS "commits"
  FROM pg_stat_user_tables JOIN pg_class ON pg_class.oid = relid WHERE pg_stat_user_tables.relname = 'messages'`;

export async function rowUsage(url: string): Promise<RowUsage> {
  const [row = {}] = await ask(url, USAGE);
  const number = (name: keyof RowUsage) => Number(row[name]);
  return {
    updates: number('updates'),
    hotUpdates: number('hotUpdates'),
    walBytes: number('walBytes'),
    deadRows: number('deadRows'),
    tableBytes: number('tableBytes'),
    toastBytes: number('toastBytes'),
    commits: number('commits'),
  };
}

/** The process that started all others of the server. */
export async function postgresPid(url: string): Promise<number> {
  const [row] = await ask(url, `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
  return Number(row?.pid);
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement);
    return rows;
  } finally {
    await client.end();
  }
}
