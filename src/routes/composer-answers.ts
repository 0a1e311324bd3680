import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { NotFound, Refusal } from '../errors.ts';
import { userOf } from '../http/sessions.ts';
import type { Conversation } from '../schema.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { type AskRequest, draftFrom } from './ask-from.ts';
import { composerFor, type Draft, showConversation, showNewConversation } from './chat-page.ts';

/**
 * The form that asks, for the page that shows another one.
 * @param method a morph keeps what is typed; without it the form begins anew
 */
export async function composerStream(
  deps: Pick<Dependencies, 'db'>,
  request: FastifyRequest,
  conversation: Conversation | undefined,
  draft?: Draft,
  method?: 'morph',
): Promise<string> {
  const composer = await composerFor(deps, userOf(request).id, conversation, draft);
  const html = renderPartial('messages/composer', { composer });
  return turboStream({ action: 'replace', target: 'composer', html, ...(method && { method }) });
}

/** Who replies, chosen anew in the form that asks. What is typed there stays, and so does a question that is edited. */
export async function choiceStream(
  deps: Pick<Dependencies, 'db'>,
  request: FastifyRequest,
  botId: string,
): Promise<string> {
  const composer = await composerFor(deps, userOf(request).id, undefined, { botId });
  const html = renderPartial('messages/bots', { ...composer, isNew: false });
  return turboStream({ action: 'replace', targets: '#composer:not(.composer--editing) .bots', html });
}

/**
 * Shows a form that could not be taken again, with all that is in it, and says why.
 * @throws what is not about the form's content
 */
export async function showAgain(
  deps: Dependencies,
  request: AskRequest,
  reply: FastifyReply,
  error: unknown,
  conversation?: Conversation,
  revises?: string,
): Promise<FastifyReply> {
  if (!(error instanceof Refusal) || error instanceof NotFound) throw error;
  const draft = { ...draftFrom(request, error), revises };
  reply.code(error.status);
  if (wantsTurboStream(request))
    return sendTurboStream(reply, await composerStream(deps, request, conversation, draft, 'morph'));
  const { id: userId } = userOf(request);
  if (conversation) return await showConversation(deps, reply, { userId, id: conversation.id }, draft);
  return await showNewConversation(deps, reply, { userId }, draft);
}
