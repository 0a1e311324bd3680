import { sql } from 'kysely';

/**
 * The database's own clock, in whole milliseconds since 1970, so that leases do not depend on the processes' clocks.
 * SQLite brings `unixepoch`; on PostgreSQL a migration makes one, which stands still while a statement runs.
 */
export const now = sql<number>`CAST(unixepoch('subsec') * 1000 AS BIGINT)`;
