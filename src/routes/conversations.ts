import type { FastifyInstance } from 'fastify';
import { deleteConversation } from '../chat/delete-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { listConversations } from '../models/conversation.ts';
import { showConversation, showNewConversation } from './chat-page.ts';

/** Conversations: read and delete. */
export function conversationRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get('/', async (request, reply) => {
    const { id: userId } = userOf(request);
    const [newest] = await listConversations(deps.db, userId);
    if (newest) return reply.redirect(`/conversations/${newest.id}`);
    return showNewConversation(deps, reply, { userId });
  });

  app.get<{ Querystring: { bot?: string } }>(
    '/conversations/new',
    { schema: { querystring: textQuery('bot') } },
    async (request, reply) =>
      showNewConversation(deps, reply, { userId: userOf(request).id, bot: request.query.bot }),
  );

  app.get<{ Params: IdParams; Querystring: { from?: string } }>(
    '/conversations/:id',
    { schema: { params: idParams, querystring: textQuery('from') } },
    async (request, reply) =>
      showConversation(deps, reply, {
        userId: userOf(request).id,
        id: request.params.id,
        from: request.query.from,
      }),
  );

  app.post<{ Params: IdParams }>(
    '/conversations/:id/deletion',
    { schema: { params: idParams } },
    async (request, reply) => {
      await deleteConversation(deps, { userId: userOf(request).id, conversationId: request.params.id });
      return reply.redirect('/', 303);
    },
  );
}
