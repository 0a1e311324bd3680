import type { FastifyInstance } from 'fastify';
import type { Assets } from '../assets.ts';
import { NotFound } from '../errors.ts';

/** Serves the bundled assets. Their paths change with their content, so whoever has one never asks again. */
export function assetRoutes(app: FastifyInstance, { files }: Assets): void {
  app.get<{ Params: { file: string } }>(
    '/assets/:file',
    { config: { session: 'none' } },
    async (request, reply) => {
      const file = files.get(request.params.file);
      if (!file) throw new NotFound('There is no such file.');
      reply
        .type(file.type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('vary', 'accept-encoding');
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.plain);
      return reply.header('content-encoding', 'gzip').send(await file.gzipped());
    },
  );
}
