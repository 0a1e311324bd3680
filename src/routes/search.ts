import type { FastifyInstance } from 'fastify';
import { findMessagePlace } from '../chat/message-place.ts';
import { searchConversations } from '../chat/search-conversations.ts';
import { selectVersion } from '../chat/select-version.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { domId } from '../views.ts';
import { surroundings } from './chat-page.ts';

/** The id of the frame in which results are shown beside what somebody types. */
const RESULTS = 'search_results';

/** Search in a person's conversations, and the way to a message that was found. */
export function searchRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get<{ Querystring: { q?: string } }>(
    '/search',
    { schema: { querystring: textQuery('q') } },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const found = await searchConversations(deps, { userId, typed: request.query.q ?? '' });
      if (request.headers['turbo-frame'] === RESULTS) return reply.view('search/results', found);
      return reply.view('search/show', { ...(await surroundings(deps, userId)), ...found });
    },
  );

  app.get<{ Params: IdParams }>('/messages/:id', { schema: { params: idParams } }, async (request, reply) => {
    const { id: userId } = userOf(request);
    const place = await findMessagePlace(deps.db, userId, request.params.id);
    if (!place.aside) return reply.redirect(addressOf(request.params.id, place));
    return reply.view('search/aside', { ...(await surroundings(deps, userId)), ...place });
  });

  /** Shows the branch of a message, and leads to it. */
  app.post<{ Params: IdParams }>(
    '/messages/:id/showing',
    { schema: { params: idParams } },
    async (request, reply) => {
      const shown = { userId: userOf(request).id, messageId: request.params.id };
      await selectVersion(deps, shown);
      const place = await findMessagePlace(deps.db, shown.userId, shown.messageId);
      return reply.redirect(addressOf(shown.messageId, place), 303);
    },
  );
}

/** The message is the target of the address, and stands out by that. */
function addressOf(
  id: string,
  {
    conversation,
    from,
  }: { readonly conversation: { readonly id: string }; readonly from: string | undefined },
): string {
  const query = from ? `?from=${from}` : '';
  return `/conversations/${conversation.id}${query}#${domId({ id })}`;
}
