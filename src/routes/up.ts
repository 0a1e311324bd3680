import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Dependencies } from '../dependencies.ts';

/** Tells whoever watches the process that it and its database answer, and what else is out of order. */
export function upRoutes(app: FastifyInstance, { db, redis }: Pick<Dependencies, 'db' | 'redis'>): void {
  app.get('/up', { config: { session: 'none' } }, async (_request, reply) => {
    await sql`SELECT 1`.execute(db);
    const degraded = redis?.isReady === false;
    return reply.send(degraded ? 'ok, but Redis cannot be reached: replies wait until it is back\n' : 'ok\n');
  });
}
