import type { FastifyRequest } from 'fastify';

/** The page of ours that a form was sent from, as a path; `undefined` where the browser does not say. */
export function sentFrom({ headers, host }: FastifyRequest): string | undefined {
  const { referer = '' } = headers;
  if (!URL.canParse(referer)) return undefined;
  const url = new URL(referer);
  // A path that begins so would lead to another host.
  if (url.host !== host || url.pathname.startsWith('//')) return undefined;
  return url.pathname + url.search;
}
