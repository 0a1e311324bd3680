import type { FastifyInstance } from 'fastify';
import { deleteConversation } from '../chat/delete-conversation.ts';
import { readConversation } from '../chat/read-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { isSeen } from '../http/is-seen.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { sentFrom } from '../http/sent-from.ts';
import { userOf } from '../http/sessions.ts';
import { findNewestConversation } from '../models/conversation-list.ts';
import { wantsTurboStream } from '../turbo/negotiation.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { showConversation, showNewConversation } from './chat-page.ts';
import { livePages } from './live-page.ts';

/** Conversations: show, read and delete. */
export function conversationRoutes(app: FastifyInstance, deps: Dependencies): void {
  const showLive = livePages(app, deps);

  app.get('/', async (request, reply) => {
    const { id: userId } = userOf(request);
    const newest = await findNewestConversation(deps.db, userId);
    if (newest) return reply.redirect(`/conversations/${newest.id}`);
    return showNewConversation(deps, reply, { userId });
  });

  app.get<{ Querystring: { bot?: string } }>(
    '/conversations/new',
    { schema: { querystring: textQuery('bot') } },
    async (request, reply) =>
      showNewConversation(deps, reply, { userId: userOf(request).id, bot: request.query.bot }),
  );

  app.get<{ Params: IdParams; Querystring: { from?: string; live?: string } }>(
    '/conversations/:id',
    { schema: { params: idParams, querystring: textQuery('from', 'live') } },
    async (request, reply) => {
      const shown = { userId: userOf(request).id, id: request.params.id };
      if (isSeen(request)) await readConversation(deps, { ...shown, conversationId: shown.id });
      if (request.query.live) return showLive(reply, shown);
      return showConversation(deps, reply, { ...shown, from: request.query.from });
    },
  );

  app.post<{ Params: IdParams }>(
    '/conversations/:id/reading',
    { schema: { params: idParams } },
    async (request, reply) => {
      const reading = { userId: userOf(request).id, conversationId: request.params.id };
      const { conversationId, steps = '' } = await readConversation(deps, reading);
      return await answerWithSteps(deps, request, reply, { conversationId, steps });
    },
  );

  app.post<{ Params: IdParams }>(
    '/conversations/:id/deletion',
    { schema: { params: idParams } },
    async (request, reply) => {
      const conversationId = request.params.id;
      const deleted = await deleteConversation(deps, { userId: userOf(request).id, conversationId });
      const page = sentFrom(request);
      if (page === undefined || page.endsWith(`/${conversationId}`)) return reply.redirect('/', 303);
      if (!wantsTurboStream(request)) return reply.redirect(page, 303);
      return await answerWithSteps(deps, request, reply, deleted);
    },
  );
}
