import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { type Appearance, saveAppearance } from '../models/user.ts';
import { surroundings } from './chat-page.ts';

const appearanceBody = {
  type: ['object', 'null'],
  properties: {
    theme: { enum: ['system', 'light', 'dark'] },
    text_size: { enum: ['small', 'normal', 'large'] },
    single_keys: { enum: ['on', 'off'] },
  },
} as const;

/** How a person likes the pages to look, and the page that leads to all else that can be set; and the keys that there are. */
export function settingsRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.get<{ Querystring: { changed?: string } }>(
    '/settings',
    { schema: { querystring: textQuery('changed') } },
    async (request, reply) =>
      reply.view('settings/show', {
        ...(await surroundings(deps, userOf(request).id)),
        changed: request.query.changed,
      }),
  );

  app.post<{ Body: Appearance | null }>(
    '/settings',
    { schema: { body: appearanceBody } },
    async (request, reply) => {
      const { theme, text_size, single_keys } = request.body ?? {};
      const chosen = { theme, text_size, single_keys };
      const [changed] = Object.entries(chosen).find(([, value]) => value) ?? [];
      if (changed) await saveAppearance(deps.db, userOf(request).id, chosen);
      return reply.redirect(changed ? `/settings?changed=${changed}` : '/settings', 303);
    },
  );

  app.get('/shortcuts', async (request, reply) =>
    reply.view('settings/shortcuts', {
      ...(await surroundings(deps, userOf(request).id)),
      isMac: /Mac OS|iPad|iPhone/.test(request.headers['user-agent'] ?? ''),
    }),
  );
}
