import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Forbidden } from '../errors.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Refuses what another site has sent with our user's cookie: posts, sockets, and event streams. */
export function refuseCrossSite(app: FastifyInstance): void {
  app.addHook('onRequest', async request => {
    const { staysOpen } = request.routeOptions.config;
    if (SAFE_METHODS.includes(request.method) && request.headers.upgrade === undefined && !staysOpen) return;
    if (isCrossSite(request))
      throw new Forbidden('This was sent from another site. Open Parley itself and try again.');
  });
}

/** Browsers say where a request comes from; what says nothing is no browser, and carries nobody's cookie by itself. */
function isCrossSite({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (headers.origin === undefined) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== host;
}
