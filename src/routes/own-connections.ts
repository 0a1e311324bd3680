import type { FastifyInstance } from 'fastify';
import type { OpenConnections } from '../http/open-connections.ts';
import { textQuery } from '../http/schemas.ts';
import { userOf } from '../http/sessions.ts';
import { wantsTurboStream } from '../turbo/negotiation.ts';

/** What the comparison measures and shows of its reader's own connections. */
export function ownConnectionRoutes(app: FastifyInstance, connections: OpenConnections): void {
  app.get<{ Querystring: { tab?: string } }>(
    '/compare/wire',
    { schema: { querystring: textQuery('tab') } },
    async request => connections.sentTo(userOf(request).id, request.query.tab ?? ''),
  );

  app.post<{ Body: CutBody }>('/compare/cut', { schema: { body: CUT_BODY } }, async (request, reply) => {
    connections.cut(userOf(request).id, request.body?.tab ?? '');
    return wantsTurboStream(request) ? reply.code(204).send() : reply.redirect('/compare', 303);
  });
}

type CutBody = { readonly tab?: string } | null;

const CUT_BODY = { type: ['object', 'null'], properties: { tab: { type: 'string' } } } as const;
