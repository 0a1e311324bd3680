import type { FastifyInstance } from 'fastify';

/** Lets every page be drawn as the person who asks likes it to look and to hear keys, also those that say what went wrong. */
export function appearance(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ user }, reply) => {
    if (!user) return;
    const { theme, text_size: textSize, single_keys: singleKeys } = user;
    reply.locals = { ...reply.locals, theme, textSize, singleKeys };
  });
}
