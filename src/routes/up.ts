import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Dependencies } from '../dependencies.ts';

/** Tells whoever watches the process that it and its database answer. */
export function upRoutes(app: FastifyInstance, { db }: Pick<Dependencies, 'db'>): void {
  app.get('/up', { config: { session: 'none' } }, async (_request, reply) => {
    await sql`SELECT 1`.execute(db);
    return reply.send('ok\n');
  });
}
