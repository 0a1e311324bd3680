import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { regenerate } from '../chat/regenerate.ts';
import { stop } from '../chat/stop.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';

/** What can be done with a reply: stop it, have it written anew. */
export function replyRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams }>(
    '/messages/:id/cancellation',
    { schema: { params: idParams } },
    async (request, reply) => {
      const stopped = await stop(deps, { userId: userOf(request).id, messageId: request.params.id });
      return answer(request, reply, stopped);
    },
  );

  app.post<{ Params: IdParams }>(
    '/messages/:id/regeneration',
    { schema: { params: idParams } },
    async (request, reply) => {
      await app.limitAsking(request, reply);
      const regenerated = await regenerate(deps, {
        userId: userOf(request).id,
        messageId: request.params.id,
      });
      return answer(request, reply, regenerated);
    },
  );
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { conversationId, steps }: { readonly conversationId: string; readonly steps: string },
): FastifyReply {
  if (!wantsTurboStream(request)) return reply.redirect(`/conversations/${conversationId}`, 303);
  return sendTurboStream(reply, steps || turboStream({ action: 'catch_up' }));
}
