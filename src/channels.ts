import type { Channel } from './cable/channel.ts';
import type { Seen } from './cable/difference.ts';
import { streamedConversation } from './chat/broadcasts.ts';
import { catchUpSteps } from './chat/catch-up.ts';
import { digestOfList, listCatchUp, readConversationList } from './chat/conversation-list.ts';
import { conversationsStream } from './chat/list-broadcasts.ts';
import { digestOf, readPath } from './chat/shown-conversation.ts';
import type { Database } from './database.ts';

/** What a stream is about, in one snapshot of the rows. */
interface Streamed {
  catchUp(seen: Seen): Promise<string>;
  digest(): string;
}

/** What may be subscribed to: the stream of a conversation, by its owner, and that of the person's own conversations. */
export function streamsChannel(db: Database): Channel {
  /** Runs `use` on a snapshot; `undefined` when the user may not read the stream. */
  async function onSnapshot<Result>(
    userId: string,
    stream: string,
    use: (streamed: Streamed) => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    return await db
      .transaction()
      .setAccessMode('read only')
      .execute(async trx => {
        const streamed =
          (await readConversation(trx, userId, stream)) ?? (await readOwnList(trx, userId, stream));
        return streamed && (await use(streamed));
      });
  }

  return {
    async authorize(userId, stream) {
      return (await onSnapshot(userId, stream, () => true)) ?? false;
    },

    async catchUp(userId, stream, seen) {
      return await onSnapshot(userId, stream, streamed => streamed.catchUp(seen));
    },

    async digest(userId, stream) {
      return await onSnapshot(userId, stream, streamed => streamed.digest());
    },
  };
}

async function readConversation(
  trx: Database,
  userId: string,
  stream: string,
): Promise<Streamed | undefined> {
  const id = streamedConversation(stream);
  const snapshot = id && (await readPath(trx, userId, id));
  if (!snapshot) return undefined;
  return { catchUp: seen => catchUpSteps(trx, snapshot, seen), digest: () => digestOf(snapshot) };
}

async function readOwnList(trx: Database, userId: string, stream: string): Promise<Streamed | undefined> {
  if (stream !== conversationsStream(userId)) return undefined;
  const list = await readConversationList(trx, userId);
  return { catchUp: async seen => listCatchUp(list, seen), digest: () => digestOfList(list) };
}
