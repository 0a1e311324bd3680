import type { FastifyInstance } from 'fastify';
import { regenerate } from '../chat/regenerate.ts';
import { stop } from '../chat/stop.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { answerWithSteps } from './answer-with-steps.ts';

/** What can be done with a reply: stop it, have it written anew. */
export function replyRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams }>(
    '/messages/:id/cancellation',
    { schema: { params: idParams } },
    async (request, reply) => {
      const stopped = await stop(deps, { userId: userOf(request).id, messageId: request.params.id });
      return await answerWithSteps(request, reply, stopped);
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
      return await answerWithSteps(request, reply, regenerated);
    },
  );
}
