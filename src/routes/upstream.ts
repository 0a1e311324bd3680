import type { FastifyInstance } from 'fastify';
import type { Dependencies } from '../dependencies.ts';
import { userOf } from '../http/sessions.ts';
import { sendTurboStream, wantsTurboStream } from '../turbo/negotiation.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import { renderPartial } from '../views.ts';
import { surroundings } from './chat-page.ts';

/** The model's server: one click shows whether it answers. The model is asked, so it counts as a question. */
export function upstreamRoutes(app: FastifyInstance, deps: Dependencies): void {
  app.post('/settings/upstream/check', async (request, reply) => {
    await app.limitAsking(request, reply);
    const check = await deps.model.check();
    if (wantsTurboStream(request)) {
      const html = renderPartial('settings/upstream-check', { check });
      return sendTurboStream(reply, turboStream({ action: 'update', target: 'upstream_check', html }));
    }
    return reply.view('settings/upstream-page', {
      ...(await surroundings(deps, userOf(request).id)),
      check,
    });
  });
}
