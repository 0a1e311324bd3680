import type { Seen } from './difference.ts';

/** What the cable asks about a stream: who may read it, and what the rows say now. */
export interface Channel {
  /** Whether this user may read the stream. */
  authorize(userId: string, stream: string): Promise<boolean>;
  /** The steps from what a page shows to the rows, ending in the marker; `undefined` when the user may not read it (any more). */
  catchUp(userId: string, stream: string, seen: Seen): Promise<string | undefined>;
  /** The same as long as the rows are, and what the page carries in `data-digest`. */
  digest(userId: string, stream: string): Promise<string | undefined>;
}
