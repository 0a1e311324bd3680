import { type Database, purge } from '../database.ts';
import type { Dependencies } from '../dependencies.ts';
import { findConversation, renameConversation, type Title } from '../models/conversation.ts';
import { moveMemoryStart } from '../models/memory.ts';
import { findMessage, findOpenReply } from '../models/message.ts';
import { findPairQuestion, removePair } from '../models/pair.ts';
import { findNewestLeafBelow } from '../models/path.ts';
import { inTurn } from '../models/transactions.ts';
import type { Conversation, MessageRow } from '../schema.ts';
import { type Announced, announcePath, stopSignal } from './broadcasts.ts';
import { announceConversation } from './list-broadcasts.ts';
import { type PathSnapshot, readPath, showPathTo } from './shown-conversation.ts';
import { titleAfter, UNTITLED } from './title.ts';

/**
 * Deletes the person's question and all replies to it; the id is any of theirs. What was asked after them follows what
 * was before them. The writer of a reply among them leaves the model; one that writes elsewhere goes on. A title that was
 * made from the question goes with it.
 * @throws NotFound
 */
export async function deletePair(
  deps: Pick<Dependencies, 'db' | 'broadcaster'>,
  { userId, messageId }: { readonly userId: string; readonly messageId: string },
): Promise<Announced> {
  const { before, after, openReply, isRenamed, placeId } = await inTurn(deps.db, { userId }, async trx => {
    const question = await findPairQuestion(trx, userId, messageId);
    return await remove(trx, await findConversation(trx, userId, question.conversation_id), question);
  });
  if (openReply) await deps.broadcaster.publish(stopSignal(openReply.id), '');
  const conversationId = after.conversation.id;
  const steps = [
    await announcePath(deps, before, after),
    isRenamed ? await announceConversation(deps, conversationId) : '',
  ].join('');
  await purge(deps.db);
  return { conversationId, messageId: placeId, steps: steps || undefined };
}

async function remove(trx: Database, conversation: Conversation, question: MessageRow) {
  const before = await readPath(trx, conversation);
  const isShown = before.path.some(({ id }) => id === question.id);
  const open = await findOpenReply(trx, conversation.id);
  await removePair(trx, question);
  await moveMark(trx, before, question);
  const openReply = open?.parent_id === question.id ? open : undefined;
  const after = isShown
    ? await showWhatIsLeft(trx, conversation, question)
    : await readPath(trx, conversation); // the list is as it was, if with other versions
  const isRenamed = conversation.titled_after === question.id;
  if (isRenamed) await renameConversation(trx, conversation.id, await titleFromPath(trx, after));
  const placeId = after.path.find(({ id }) => id === question.parent_id)?.id;
  return { before, after, openReply, isRenamed, placeId };
}

/** The mark of a pair goes on to the question that was asked after it. With nothing before it there is nothing to mark. */
async function moveMark(
  trx: Database,
  { conversation, path }: PathSnapshot,
  { id }: MessageRow,
): Promise<void> {
  const { memory_start_id: start } = conversation;
  if (start === null) return;
  const stays = start === id ? nextQuestion(path, id) : start;
  const marked = stays === undefined ? undefined : await findMessage(trx, stays);
  await moveMemoryStart(trx, conversation.id, marked?.parent_id ? marked.id : null);
}

/** Questions and replies take turns. */
function nextQuestion(path: PathSnapshot['path'], id: string): string | undefined {
  const place = path.findIndex(message => message.id === id);
  return place < 0 ? undefined : path[place + 2]?.id;
}

/** What the path ends with stays, or else the newest that is left where the question was. */
async function showWhatIsLeft(
  trx: Database,
  conversation: Conversation,
  question: MessageRow,
): Promise<PathSnapshot> {
  const kept = await findMessage(trx, conversation.leaf_id ?? '');
  return await showPathTo(trx, conversation, kept ?? (await findNewestLeafBelow(trx, question)));
}

async function titleFromPath(trx: Database, { path: [first] }: PathSnapshot): Promise<Title> {
  const question = first && (await findMessage(trx, first.id));
  return question ? titleAfter(question) : { title: UNTITLED, titled_after: null };
}
