import type { FastifyInstance } from 'fastify';
import { continueReply } from '../chat/continue-reply.ts';
import { deletePair } from '../chat/delete-pair.ts';
import { regenerate } from '../chat/regenerate.ts';
import { selectVersion } from '../chat/select-version.ts';
import { stop } from '../chat/stop.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { answerWithSteps } from './answer-with-steps.ts';

/** What can be done with a message that is there: stop it, go on with it, have it written anew, show it again, delete it. */
export function replyRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams }>(
    '/messages/:id/cancellation',
    { schema: { params: idParams } },
    async (request, reply) => {
      const stopped = await stop(deps, { userId: userOf(request).id, messageId: request.params.id });
      return await answerWithSteps(deps, request, reply, stopped);
    },
  );

  app.post<{ Params: IdParams }>(
    '/messages/:id/continuation',
    { schema: { params: idParams } },
    async (request, reply) => {
      await app.limitAsking(request, reply);
      const continued = await continueReply(deps, {
        userId: userOf(request).id,
        messageId: request.params.id,
      });
      return await answerWithSteps(deps, request, reply, continued);
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
      return await answerWithSteps(deps, request, reply, regenerated);
    },
  );

  app.post<{ Params: IdParams }>(
    '/messages/:id/selection',
    { schema: { params: idParams } },
    async (request, reply) => {
      const selected = await selectVersion(deps, {
        userId: userOf(request).id,
        messageId: request.params.id,
      });
      return await answerWithSteps(deps, request, reply, selected);
    },
  );

  app.post<{ Params: IdParams }>(
    '/messages/:id/deletion',
    { schema: { params: idParams } },
    async (request, reply) => {
      const deleted = await deletePair(deps, { userId: userOf(request).id, messageId: request.params.id });
      return await answerWithSteps(deps, request, reply, deleted);
    },
  );
}
