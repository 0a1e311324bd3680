import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { shelveConversation } from '../chat/shelve-conversation.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, type ShelvingBody, shelvingBody, textQuery } from '../http/schemas.ts';
import { isListPage, isPageOf, sentFrom } from '../http/sent-from.ts';
import { userOf } from '../http/sessions.ts';
import { pageOfConversations, type Shelf } from '../models/conversation-pages.ts';
import { wantsTurboStream } from '../turbo/negotiation.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { surroundings } from './chat-page.ts';
import { offering, offerStream, withdrawStream } from './undo-offers.ts';

type ListRequest = FastifyRequest<{ Querystring: { before?: string } }>;
type ShelvingRequest = FastifyRequest<{ Params: IdParams; Body: ShelvingBody }>;

/** Where conversations are kept: pinned, in the archive, or among all the others. */
export function shelfRoutes(app: FastifyInstance, deps: Dependencies): void {
  const query = { schema: { querystring: textQuery('before') } };
  app.get('/conversations', query, (request: ListRequest, reply) => showShelf(request, reply, 'list'));
  app.get('/conversations/archive', query, (request: ListRequest, reply) =>
    showShelf(request, reply, 'archive'),
  );

  const shelving = { schema: { params: idParams, body: shelvingBody } };
  app.post('/conversations/:id/pinning', shelving, (request: ShelvingRequest, reply) =>
    shelve(request, reply, 'pinned_at', request.body?.pinned !== 'no'),
  );
  app.post('/conversations/:id/archival', shelving, (request: ShelvingRequest, reply) =>
    shelve(request, reply, 'archived_at', request.body?.archived !== 'no'),
  );

  async function showShelf(request: ListRequest, reply: FastifyReply, shelf: Shelf) {
    const { id: userId } = userOf(request);
    const { before } = request.query;
    const { conversations, older } = await pageOfConversations(deps.db, userId, { shelf, before });
    return reply.view('conversations/index', {
      ...(await surroundings(deps, userId)),
      shelf,
      shelved: conversations,
      older,
      conversation: undefined,
    });
  }

  async function shelve(
    request: ShelvingRequest,
    reply: FastifyReply,
    place: 'pinned_at' | 'archived_at',
    isThere: boolean,
  ) {
    const { id: conversationId } = request.params;
    const userId = userOf(request).id;
    const shelved = await shelveConversation(deps, { userId, conversationId, place, isThere });
    const page = sentFrom(request);
    const isElsewhere = page !== undefined && !isPageOf(page, conversationId);
    const leadsBack = isElsewhere && (isListPage(page) || !wantsTurboStream(request));
    const isArchived = place === 'archived_at' && isThere;
    if (leadsBack) return reply.redirect(isArchived ? offering(page, 'archived', conversationId) : page, 303);
    const offer = async () =>
      isArchived
        ? offerStream('archived', { ...shelved, id: conversationId })
        : withdrawStream(conversationId);
    return await answerWithSteps(deps, request, reply, shelved, offer);
  }
}
