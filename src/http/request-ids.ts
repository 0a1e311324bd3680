import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';

const HEADER = 'x-request-id';
/** What a proxy may call a request; anything else could be made up to forge lines of the log, or to fill it. */
const SANE = /^[\w-]{1,64}$/;

/** Names each request: as the proxy in front does, where one is trusted, or else anew. */
export function requestIds({ trustProxy }: Pick<Config, 'trustProxy'>): (request: IncomingMessage) => string {
  return ({ headers }) => {
    const given = trustProxy ? headers[HEADER] : undefined;
    return typeof given === 'string' && SANE.test(given) ? given : randomUUID();
  };
}

/** Says in each answer how the request is called in the log, so that whoever reports a fault can name it. */
export function showRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(HEADER, request.id);
  });
}
