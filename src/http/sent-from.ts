import type { FastifyRequest } from 'fastify';

/** Pages with the list of conversations, as far as they have an address of their own. */
const PAGE = /^\/(?:conversations\/(?:new|[0-9a-f-]{36})|compare(?:\/[0-9a-f-]{36})?|sse)(?![^/])/;

/**
 * The page that a form was sent from, as a path, also where it was shown again at the address of the form; `/` where
 * it is none of these, `undefined` where the browser does not say. It is one of ours, whatever host the browser and
 * the proxies take this server for: forms on other sites are refused.
 */
export function sentFrom({ headers: { referer = '' } }: FastifyRequest): string | undefined {
  if (!URL.canParse(referer)) return undefined;
  return PAGE.exec(new URL(referer).pathname)?.[0] ?? '/';
}
