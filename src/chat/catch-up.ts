import { difference, type Seen } from '../cable/difference.ts';
import type { Database } from '../database.ts';
import { headingCatchUp } from './heading-step.ts';
import { loadChanged, messageSteps } from './message-steps.ts';
import type { PathSnapshot } from './shown-conversation.ts';

/** The steps from what a page shows to the rows, ending in the marker; `trx` is the snapshot that the path was read in. */
export async function catchUpSteps(
  trx: Database,
  { conversation, path }: PathSnapshot,
  seen: Seen,
): Promise<string> {
  const { heading, seen: shown } = headingCatchUp(conversation, seen);
  const changes = difference(shown, { list: conversation.list_version, path });
  return heading + messageSteps(changes, await loadChanged(trx, changes));
}
