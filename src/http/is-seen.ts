import type { FastifyRequest } from 'fastify';

/**
 * Whether a page that is asked for comes before somebody's eyes. Where Turbo asks, the page itself says when it does;
 * what is fetched ahead may never.
 */
export function isSeen({ method, headers }: FastifyRequest): boolean {
  const isAhead = /prefetch/.test(String(headers['sec-purpose']));
  return method === 'GET' && headers['x-turbo-request-id'] === undefined && !isAhead;
}
