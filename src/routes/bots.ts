import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BotForm, type BotProblems, INKS, InvalidBot } from '../chat/bot-form.ts';
import { changeBot, createBot, deleteBot } from '../chat/own-bots.ts';
import type { Dependencies } from '../dependencies.ts';
import { type IdParams, idParams, textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { findBot, findOwnBot, listBots } from '../models/bot.ts';
import type { Bot } from '../schema.ts';
import { surroundings } from './chat-page.ts';

type BotRequest = FastifyRequest<{ Body: Partial<BotForm> | null }>;

/** The form of a bot, as it is to be drawn: of one that is there, or of a new one. */
interface ShownForm {
  readonly bot?: Bot;
  readonly form: BotForm;
  readonly problems?: BotProblems;
}

/** Bots: the list, and those of a person's own: make, copy, change and delete. */
export function botRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get('/bots', async (request, reply) => {
    const { id: userId } = userOf(request);
    const bots = await listBots(deps.db, userId);
    return reply.view('bots/index', { ...(await surroundings(deps, userId)), bots });
  });

  app.get<{ Querystring: { from?: string } }>(
    '/bots/new',
    { schema: { querystring: textQuery('from') } },
    async (request, reply) => {
      const { from } = request.query;
      const { id: userId } = userOf(request);
      const model = from === undefined ? undefined : await findBot(deps.db, userId, from);
      const form = model ? formOf(model, nameOfCopy(model)) : emptyForm(await listBots(deps.db, userId));
      return await showForm(request, reply, { form });
    },
  );

  app.post<{ Body: BotRequest['body'] }>('/bots', { schema: { body: botBody } }, async (request, reply) => {
    const form = formFrom(request);
    try {
      const id = await createBot(deps, userOf(request).id, form);
      return reply.redirect(`/conversations/new?bot=${id}`, 303);
    } catch (error) {
      return await showAgain(request, reply, error, { form });
    }
  });

  app.get<{ Params: IdParams }>('/bots/:id', { schema: { params: idParams } }, async (request, reply) => {
    const bot = await findOwnBot(deps.db, userOf(request).id, request.params.id);
    return await showForm(request, reply, { bot, form: formOf(bot) });
  });

  app.post<{ Params: IdParams; Body: BotRequest['body'] }>(
    '/bots/:id',
    { schema: { params: idParams, body: botBody } },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const bot = await findOwnBot(deps.db, userId, request.params.id);
      const form = formFrom(request);
      try {
        await changeBot(deps, userId, bot.id, form);
        return reply.redirect('/bots', 303);
      } catch (error) {
        return await showAgain(request, reply, error, { bot, form });
      }
    },
  );

  app.post<{ Params: IdParams }>(
    '/bots/:id/deletion',
    { schema: { params: idParams } },
    async (request, reply) => {
      await deleteBot(deps, userOf(request).id, request.params.id);
      return reply.redirect('/bots', 303);
    },
  );

  /** @throws what is not about the form's fields */
  async function showAgain(request: FastifyRequest, reply: FastifyReply, error: unknown, shown: ShownForm) {
    if (!(error instanceof InvalidBot)) throw error;
    return await showForm(request, reply.code(error.status), { ...shown, problems: error.problems });
  }

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    { bot, form, problems = {} }: ShownForm,
  ) {
    return reply.view('bots/form', {
      ...(await surroundings(deps, userOf(request).id)),
      bot,
      form,
      problems,
      inks: INKS,
      models: await deps.model.models(),
    });
  }
}

const EMPTY_FORM: BotForm = {
  name: '',
  tagline: '',
  colour: INKS[0],
  emoji: '',
  instructions: '',
  model: '',
  temperature: '',
  max_tokens: '',
  starters: '',
};

/** In the first colour that no bot has yet. */
function emptyForm(bots: readonly Pick<Bot, 'colour'>[]): BotForm {
  const free = INKS.find(ink => bots.every(({ colour }) => colour !== ink));
  return { ...EMPTY_FORM, colour: free ?? EMPTY_FORM.colour };
}

const botBody = {
  type: ['object', 'null'],
  properties: Object.fromEntries(Object.keys(EMPTY_FORM).map(name => [name, { type: 'string' }])),
} as const;

/** What is missing was left empty. */
function formFrom({ body }: BotRequest): BotForm {
  return { ...EMPTY_FORM, ...body };
}

function formOf(bot: Bot, name = bot.name): BotForm {
  return {
    name,
    tagline: bot.tagline,
    colour: bot.colour,
    emoji: bot.emoji ?? '',
    instructions: bot.instructions,
    model: bot.model ?? '',
    temperature: bot.temperature?.toString() ?? '',
    max_tokens: bot.max_tokens?.toString() ?? '',
    starters: bot.starters,
  };
}

function nameOfCopy({ name }: Bot): string {
  return [...`${name} copy`].length > 40 ? name : `${name} copy`;
}
