import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { regenerate } from '../chat/regenerate.ts';
import type { Dependencies } from '../dependencies.ts';
import { Invalid, NotFound, Refusal } from '../errors.ts';
import { type IdParams, idParams, type RegenerationBody, regenerationBody } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { listBots } from '../models/bot.ts';
import { findOwnReply } from '../models/message.ts';
import { answerWithSteps } from './answer-with-steps.ts';
import { surroundings } from './chat-page.ts';
import { choiceStream } from './composer-answers.ts';

/** No name of a model is longer; what is, was pasted by mistake. */
const LONGEST_MODEL_NAME = 200;

type Request = FastifyRequest<{ Params: IdParams }>;

/** A reply that is written anew: as it was with one post, or after a form by another bot or with another model. */
export function regenerationRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get<{ Params: IdParams }>(
    '/messages/:id/regeneration',
    { schema: { params: idParams } },
    async (request, reply) => await showForm(request, reply),
  );

  app.post<{ Params: IdParams; Body: RegenerationBody }>(
    '/messages/:id/regeneration',
    { schema: { params: idParams, body: regenerationBody } },
    async (request, reply) => {
      const { bot, model } = request.body ?? {};
      try {
        await app.limitAsking(request, reply);
        const wanted = { botId: bot, model: model === undefined ? undefined : modelName(model) };
        const ids = { userId: userOf(request).id, messageId: request.params.id };
        const regenerated = await regenerate({ ...deps, log: request.log }, { ...ids, ...wanted });
        const choice = async () => (bot === undefined ? '' : await choiceStream(deps, request, bot));
        return await answerWithSteps(deps, request, reply, regenerated, choice);
      } catch (error) {
        const isOfTheForm = model !== undefined && error instanceof Refusal && !(error instanceof NotFound);
        if (!isOfTheForm) throw error;
        return await showForm(request, reply.code(error.status), error.message);
      }
    },
  );

  /** In a dialog, where a frame asks for it; else as a page of its own. */
  async function showForm(request: Request, reply: FastifyReply, refusal = ''): Promise<FastifyReply> {
    const { id: userId } = userOf(request);
    const message = await findOwnReply(deps.db, userId, request.params.id);
    const [bots, models] = [await listBots(deps.db, userId), await deps.model.models()];
    const form = { message, bots, models, refusal };
    if (request.headers['turbo-frame']) return reply.view('regenerations/form', { ...form, isFrame: true });
    return reply.view('regenerations/new', { ...(await surroundings(deps, userId)), ...form });
  }
}

/** @returns `null` for the bot's own; @throws Invalid */
function modelName(text: string): string | null {
  const name = text.trim();
  if (name.length > LONGEST_MODEL_NAME) throw new Invalid('This is too long for the name of a model.');
  return name || null;
}
