import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readConversation } from '../chat/read-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { isSeen } from '../http/is-seen.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findNewestConversation } from '../models/conversation-list.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { showConversation, showNewConversation } from './chat-page.ts';
import { livePages } from './live-page.ts';

/** Conversations: show and read. @param graceSeconds what the process may take to end */
export function conversationRoutes(app: FastifyInstance, deps: Dependencies, graceSeconds: number): void {
  const showLive = livePages(app, deps, graceSeconds);

  app.get('/', async (request, reply) => {
    const { id: userId } = userOf(request);
    const newest = await findNewestConversation(deps.db, userId);
    if (newest) return reply.redirect(`/conversations/${newest.id}${queryOf(request)}`);
    return showNewConversation(deps, reply, { userId });
  });

  app.get<{ Querystring: { bot?: string } }>(
    '/conversations/new',
    { schema: { querystring: textQuery('bot') } },
    async (request, reply) =>
      showNewConversation(deps, reply, { userId: userOf(request).id, bot: request.query.bot }),
  );

  app.get<{ Params: IdParams; Querystring: { from?: string; live?: string; rename?: string } }>(
    '/conversations/:id',
    { schema: { params: idParams, querystring: textQuery('from', 'live', 'rename') } },
    async (request, reply) => {
      const shown = { userId: userOf(request).id, id: request.params.id };
      if (isSeen(request)) await readConversation(deps, { ...shown, conversationId: shown.id });
      if (request.query.rename) reply.locals = { ...reply.locals, isRenaming: true };
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
}

function queryOf({ url }: FastifyRequest): string {
  return url.slice(`${url}?`.indexOf('?'));
}
