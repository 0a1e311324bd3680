import type { Expression, Transaction } from 'kysely';
import { engineOf } from '../database/engine.ts';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';

/** Whose rows are meant: a person's, who is named or to whom something belongs. */
export type Whose =
  | { readonly userId: string }
  | { readonly conversationId: string }
  | { readonly messageId: string };

/**
 * Runs `work` in a transaction. Those of one person take turns, in all processes: what one reads is changed by no other
 * turn until it has written, and none waits for another that waits for it. Whatever writes more than one row takes a
 * turn; a single statement on one row (a batch of a reply, Stop, a rating) does not, and says its conditions itself.
 * Nothing that takes long is done in one.
 */
export async function inTurn<Result>(
  db: Database,
  whose: Whose,
  work: (trx: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  return await db.transaction().execute(async trx => {
    await engineOf(trx).lockPerson(trx, personOf(trx, whose));
    return await work(trx);
  });
}

/** Runs `work` on one state of all rows, and is in nobody's way. It may not write. */
export async function inSnapshot<Result>(
  db: Database,
  work: (trx: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  return await db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
}

function personOf(trx: Database, whose: Whose): string | Expression<string> {
  if ('userId' in whose) return whose.userId;
  const owner = trx.selectFrom('conversations').select('user_id');
  if ('conversationId' in whose) return owner.where('id', '=', whose.conversationId).$asScalar();
  const message = trx.selectFrom('messages').where('id', '=', whose.messageId);
  return owner.where('id', '=', message.select('conversation_id')).$asScalar();
}
