import type { FastifyInstance } from 'fastify';
import { continueReply } from '../chat/continue-reply.ts';
import { deletePair } from '../chat/delete-pair.ts';
import { rate } from '../chat/rate.ts';
import { selectVersion } from '../chat/select-version.ts';
import { stop } from '../chat/stop.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, type RatingBody, ratingBody } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findOwnMessage } from '../models/message.ts';
import { answerWithSteps } from './answer-with-steps.ts';

/** What can be done with a message that is there: stop it, go on with it, show it again, rate it, delete it, take its text. */
export function replyRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post<{ Params: IdParams }>(
    '/messages/:id/cancellation',
    { schema: { params: idParams } },
    async (request, reply) => {
      const stopped = await stop(
        { ...deps, log: request.log },
        { userId: userOf(request).id, messageId: request.params.id },
      );
      return await answerWithSteps(deps, request, reply, stopped);
    },
  );

  app.post<{ Params: IdParams }>(
    '/messages/:id/continuation',
    { schema: { params: idParams } },
    async (request, reply) => {
      await app.limitAsking(request, reply);
      const continued = await continueReply(
        { ...deps, log: request.log },
        {
          userId: userOf(request).id,
          messageId: request.params.id,
        },
      );
      return await answerWithSteps(deps, request, reply, continued);
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

  app.post<{ Params: IdParams; Body: RatingBody }>(
    '/messages/:id/rating',
    { schema: { params: idParams, body: ratingBody } },
    async (request, reply) => {
      const rated = await rate(deps, {
        userId: userOf(request).id,
        messageId: request.params.id,
        rating: RATINGS[request.body?.rating ?? 'none'],
      });
      return await answerWithSteps(deps, request, reply, rated);
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

  /** The Markdown, as it is: to be copied, or saved. */
  app.get<{ Params: IdParams }>(
    '/messages/:id/text',
    { schema: { params: idParams } },
    async (request, reply) => {
      const { content } = await findOwnMessage(deps.db, userOf(request).id, request.params.id);
      return reply.type('text/plain; charset=utf-8').send(content);
    },
  );
}

const RATINGS = { up: 1, down: -1, none: null } as const;
