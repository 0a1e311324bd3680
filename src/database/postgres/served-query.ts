import pg from 'pg';

/** A query that takes longer is asked after, again and again. */
const LOOK_AFTER_MS = 10_000;
/** Whoever looks does not wait for longer. */
const PATIENCE_MS = 4_000;

/**
 * Waits for a query of this connection for as long as the server is at work on it. One that went away without a word, or a
 * network that carries nothing any more, would else hold it for minutes: as long as TCP has patience.
 * @throws what the query throws, or that the connection was ended
 */
export async function served<Result>(
  client: pg.PoolClient,
  connectionString: string | undefined,
  query: Promise<Result>,
): Promise<Result> {
  let isOver = false;
  const look = setInterval(async () => {
    const isAtWork = await serverWorksFor(client, connectionString);
    if (!isAtWork && !isOver && client instanceof pg.Client) void client.end(); // which fails the query
  }, LOOK_AFTER_MS);
  try {
    return await query;
  } finally {
    isOver = true;
    clearInterval(look);
  }
}

/** Asks the server by another connection. */
async function serverWorksFor(client: pg.PoolClient, connectionString: string | undefined): Promise<boolean> {
  const messenger = new pg.Client({
    connectionString,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    application_name: 'parley',
  });
  messenger.on('error', () => {}); // the answer tells
  try {
    await messenger.connect();
    const found = await messenger.query(
      "SELECT FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle' AND state <> 'idle in transaction'",
      ['processID' in client ? client.processID : null],
    );
    return found.rowCount === 1;
  } catch {
    return false;
  } finally {
    void messenger.end().catch(() => {});
  }
}
