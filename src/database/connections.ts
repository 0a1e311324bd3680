/** What this process has of a server's connections now. */
export interface Connections {
  /** Those that a query or a transaction has, or for which one is being opened. */
  readonly inUse: number;
  readonly idle: number;
  /** Queries and transactions that wait for one. */
  readonly waiting: number;
}
