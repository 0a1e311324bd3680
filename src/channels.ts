import type { Channel } from './cable/channel.ts';
import type { Seen } from './cable/difference.ts';
import { streamedConversation } from './chat/broadcasts.ts';
import { catchUpSteps } from './chat/catch-up.ts';
import { digestOfList, listCatchUp, readConversationList } from './chat/conversation-list.ts';
import { conversationsStream } from './chat/list-broadcasts.ts';
import { digestOf, readPath } from './chat/shown-conversation.ts';
import type { Database } from './database.ts';
import { lookUpConversation } from './models/conversation.ts';
import { inSnapshot } from './models/transactions.ts';

/** What a stream is about, in one snapshot of the rows, of which no more is read than is asked for. */
interface Streamed {
  catchUp(seen: Seen): Promise<string>;
  digest(): Promise<string>;
}

/** What may be subscribed to: the stream of a conversation, by its owner, and that of the person's own conversations. */
export function streamsChannel(db: Database): Channel {
  /** Runs `use` on a snapshot; `undefined` when the user may not read the stream. */
  async function onSnapshot<Result>(
    userId: string,
    stream: string,
    use: (streamed: Streamed) => Result | Promise<Result>,
  ): Promise<Result | undefined> {
    return await inSnapshot(db, async trx => {
      const streamed = ownList(trx, userId, stream) ?? (await ownConversation(trx, userId, stream));
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

function ownList(trx: Database, userId: string, stream: string): Streamed | undefined {
  if (stream !== conversationsStream(userId)) return undefined;
  const read = () => readConversationList(trx, userId);
  return {
    catchUp: async seen => listCatchUp(await read(), seen),
    digest: async () => digestOfList(await read()),
  };
}

async function ownConversation(trx: Database, userId: string, stream: string): Promise<Streamed | undefined> {
  const id = streamedConversation(stream);
  const conversation = id && (await lookUpConversation(trx, userId, id));
  if (!conversation) return undefined;
  const read = () => readPath(trx, conversation);
  return {
    catchUp: async seen => catchUpSteps(trx, await read(), seen),
    digest: async () => digestOf(await read()),
  };
}
