import { randomUUIDv7 } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { conversationStream } from '../chat/broadcasts.ts';
import { digestOfList, readConversationList } from '../chat/conversation-list.ts';
import { conversationsStream } from '../chat/list-broadcasts.ts';
import { findShownConversation } from '../chat/shown-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { findBot, type ListedBot, listBots, startersOf } from '../models/bot.ts';
import { inSnapshot } from '../models/transactions.ts';
import { signStreamName } from '../turbo/signed-stream-name.ts';

type Deps = Pick<Dependencies, 'db' | 'model' | 'secretKey'>;

/** The form that asks, as it is to be drawn. */
export interface Composer {
  /** Where the form goes. */
  readonly action: string;
  /** The id of the message that it will make, and so the guard against asking twice. */
  readonly id: string;
  /** The bot that is chosen, of those that can be. */
  readonly botId: string;
  readonly bots: readonly OfferedBot[];
  readonly content: string;
  /** Why what was sent was not taken: a status, and a sentence. */
  readonly refusal: Notice | undefined;
  /** The question that it asks in other words. */
  readonly revises: string | undefined;
  /** Where to go to ask something new, from the form that asks a question in other words. */
  readonly cancel: string | undefined;
}

export interface OfferedBot extends Omit<ListedBot, 'starters'> {
  /** What a conversation with it may begin with. */
  readonly starters: readonly string[];
}

export interface Notice {
  readonly status: number;
  readonly message: string;
}

/** What was sent and could not be taken: it is shown again, so that nothing is lost. */
export interface Draft {
  readonly id?: string | undefined;
  readonly botId?: string | undefined;
  readonly content?: string | undefined;
  readonly refusal?: Notice | undefined;
  /** The question that it is to ask in other words. */
  readonly revises?: string | undefined;
}

/** Which part of whose conversation. */
interface Shown {
  readonly userId: string;
  readonly id: string;
  readonly from?: string | undefined;
}

/** The composer for a conversation, or for a new one. */
export async function composerFor(
  { db }: Pick<Deps, 'db'>,
  userId: string,
  conversation: { readonly id: string; readonly bot_id: string } | undefined,
  { id, botId, content, refusal, revises }: Draft = {},
): Promise<Composer> {
  const bots = await listBots(db, userId);
  const offered = bots.find(bot => bot.id === (botId ?? conversation?.bot_id)) ?? bots[0];
  const asking = conversation ? `/conversations/${conversation.id}/messages` : '/conversations';
  return {
    action: revises ? `/messages/${revises}/revision` : asking,
    revises,
    cancel: revises && `${asking}/new`,
    id: id ?? randomUUIDv7(),
    botId: offered?.id ?? '',
    bots: bots.map(bot => ({ ...bot, starters: startersOf(bot) })),
    content: content ?? '',
    refusal,
  };
}

/** Shows a conversation with its composer. @throws NotFound */
export async function showConversation(
  deps: Deps,
  reply: FastifyReply,
  shown: Shown,
  draft?: Draft,
): Promise<FastifyReply> {
  return reply.view('conversations/show', await conversationPage(deps, shown, draft));
}

/** What the page of a conversation shows. @throws NotFound */
export async function conversationPage(deps: Deps, shown: Shown, draft?: Draft) {
  const found = await findShownConversation(deps.db, shown);
  return {
    ...(await surroundings(deps, shown.userId)),
    ...found,
    signedStreamName: signStreamName(deps.secretKey, conversationStream(shown.id)),
    composer: await composerFor(deps, shown.userId, found.conversation, draft),
  };
}

/** Shows the page of a new conversation. @throws NotFound or Gone when the bot that is asked for is not there */
export async function showNewConversation(
  deps: Deps,
  reply: FastifyReply,
  { userId, bot }: { readonly userId: string; readonly bot?: string | undefined },
  draft: Draft = {},
): Promise<FastifyReply> {
  if (bot !== undefined) await findBot(deps.db, userId, bot);
  return reply.view('conversations/new', {
    ...(await surroundings(deps, userId)),
    conversation: undefined,
    composer: await composerFor(deps, userId, undefined, { botId: bot, ...draft }),
  });
}

/** What every page of the chat shows around its content. */
export async function surroundings({ db, model, secretKey }: Deps, userId: string) {
  const list = await inSnapshot(db, trx => readConversationList(trx, userId));
  const signedStreamName = signStreamName(secretKey, conversationsStream(userId));
  return {
    list: { ...list, signedStreamName, digest: digestOfList(list) },
    model: { name: model.name, host: model.host, isDemo: model.isDemo },
  };
}
