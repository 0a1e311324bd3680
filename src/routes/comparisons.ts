import type { FastifyInstance, FastifyReply } from 'fastify';
import { conversationStream } from '../chat/broadcasts.ts';
import { readConversation } from '../chat/read-conversation.ts';
import { findShownConversation, type ShownConversation } from '../chat/shown-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { NotFound, Refusal } from '../errors.ts';
import { isSeen } from '../http/is-seen.ts';
import { type AskBody, askBody, type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { signStreamName } from '../turbo/signed-stream-name.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { type AskRequest, askFrom, draftFrom } from './ask-from.ts';
import { composerFor, type Draft, type Notice, surroundings } from './chat-page.ts';

const PROMPT = 'Compare rivers with canals, in a table';

/** A question in three ways, side by side. The page itself opens the two event streams, its form asks for the third. */
export function comparisonRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get('/compare', async (request, reply) => showComparison(reply, userOf(request).id));

  app.get<{ Params: IdParams }>('/compare/:id', { schema: { params: idParams } }, async (request, reply) => {
    const userId = userOf(request).id;
    const { id } = request.params;
    if (isSeen(request)) await readConversation(deps, { userId, conversationId: id });
    const shown = await findShownConversation(deps.db, { userId, id });
    const asked = shown.messages.find(({ role }) => role === 'user');
    return await showComparison(reply, userId, { content: asked?.content }, shown);
  });

  const asking = { schema: { body: askBody }, config: { isCounted: true } } as const;
  app.post<{ Body: AskBody }>('/compare', asking, async (request, reply) => {
    try {
      const { conversationId: id } = await askFrom(app, deps, request, reply);
      if (!wantsTurboStream(request)) return reply.redirect(`/compare/${id}`, 303);
      const { id: userId } = userOf(request);
      const shown = await findShownConversation(deps.db, { userId, id });
      return sendTurboStream(reply, `${await freshForm(userId)}${beginning(shown)}`);
    } catch (error) {
      return await showAgain(request, reply, error);
    }
  });

  async function showComparison(
    reply: FastifyReply,
    userId: string,
    draft?: Draft,
    shown?: ShownConversation,
  ): Promise<FastifyReply> {
    return reply.view('comparisons/show', {
      ...(await surroundings(deps, userId)),
      ...(shown ? withStream(shown) : { conversation: undefined, messages: [] }),
      composer: await composerFor(deps, userId, shown?.conversation, { content: PROMPT, ...draft }),
    });
  }

  /** Brings the third column to life; the catch-up mends what happens until it is subscribed. */
  function beginning(shown: ShownConversation): string {
    const comparison = withStream(shown);
    return [
      replace('comparison_links', 'comparisons/links', comparison),
      update('comparison_kept', renderPartial('comparisons/kept', comparison)),
    ].join('');
  }

  function withStream(shown: ShownConversation) {
    const stream = conversationStream(shown.conversation.id);
    return { ...shown, signedStreamName: signStreamName(deps.secretKey, stream) };
  }

  /** @throws what is not about the form's content */
  async function showAgain(request: AskRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
    if (!(error instanceof Refusal) || error instanceof NotFound) throw error;
    const draft = draftFrom(request, error);
    const { id: userId } = userOf(request);
    reply.code(error.status);
    if (!wantsTurboStream(request)) return await showComparison(reply, userId, draft);
    const outcome = update('comparison_outcome', renderPartial('messages/notice', error));
    return sendTurboStream(reply, `${await freshForm(userId, draft)}${outcome}`);
  }

  /** What is typed and chosen stays as it is. */
  async function freshForm(userId: string, draft?: Draft): Promise<string> {
    const { id, refusal } = await composerFor(deps, userId, undefined, draft);
    return replace('comparison_key', 'comparisons/key', { id }) + update('notice', noticeOf(refusal));
  }
}

function noticeOf(refusal: Notice | undefined): string {
  return refusal ? renderPartial('messages/notice', refusal) : '';
}

function replace(target: string, partial: string, data: object): string {
  return turboStream({ action: 'replace', target, html: renderPartial(partial, data) });
}

function update(target: string, html: string): string {
  return turboStream({ action: 'update', target, html });
}
