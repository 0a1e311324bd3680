import type { Channel } from './cable/channel.ts';
import { streamedConversation } from './chat/broadcasts.ts';
import { catchUpSteps } from './chat/catch-up.ts';
import { digestOf, type PathSnapshot, readPath } from './chat/shown-conversation.ts';
import type { Database } from './database.ts';

/** What may be subscribed to: the stream of a conversation, by its owner. */
export function conversationChannel(db: Database): Channel {
  /** Runs `use` on one snapshot of the rows; `undefined` when the user has no such conversation. */
  async function onSnapshot<Result>(
    userId: string,
    stream: string,
    use: (snapshot: PathSnapshot, trx: Database) => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    const id = streamedConversation(stream);
    if (id === undefined) return undefined;
    return await db
      .transaction()
      .setAccessMode('read only')
      .execute(async trx => {
        const snapshot = await readPath(trx, userId, id);
        return snapshot && (await use(snapshot, trx));
      });
  }

  return {
    async authorize(userId, stream) {
      return (await onSnapshot(userId, stream, () => true)) ?? false;
    },

    async catchUp(userId, stream, seen) {
      return await onSnapshot(userId, stream, (snapshot, trx) => catchUpSteps(trx, snapshot, seen));
    },

    async digest(userId, stream) {
      return await onSnapshot(userId, stream, digestOf);
    },
  };
}
