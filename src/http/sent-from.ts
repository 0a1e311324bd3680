import type { FastifyRequest } from 'fastify';

const ID = '[0-9a-f-]{36}';
/** Pages with the list of conversations, which are also shown again at addresses below their own. */
const PAGE = new RegExp(
  `^/(?:${[
    `conversations(?:/(?:new|archive|${ID}))?`,
    `messages/${ID}(?:/(?:revision|regeneration))?`,
    `compare(?:/${ID})?`,
    `bots(?:/(?:new|${ID}))?`,
    'search|settings|shortcuts|sse',
  ].join('|')})(?![^/])`,
);
/** Of these, the pages that are nothing but such a list. */
const LIST_PAGE = /^\/conversations(?:\/archive)?(?:\?before=[0-9a-f-]+)?$/;
/** What an address says only once. */
const SAID_ONCE = ['deleted', 'archived', 'rename'];

/**
 * The page that a form was sent from, as a path with its query, also where it was shown again at the address of the
 * form; `/` where it is none of these, `undefined` where the browser does not say. It is one of ours, whatever host the
 * browser and the proxies take this server for: forms on other sites are refused.
 */
export function sentFrom({ headers: { referer = '' } }: FastifyRequest): string | undefined {
  if (!URL.canParse(referer)) return undefined;
  const { pathname, searchParams } = new URL(referer);
  const page = PAGE.exec(pathname)?.[0] ?? '/';
  for (const name of SAID_ONCE) searchParams.delete(name);
  return page === pathname && searchParams.size > 0 ? `${page}?${searchParams}` : page;
}

/** Whether a page is nothing but a list of conversations, which a deed in it leads back to. */
export function isListPage(page: string): boolean {
  return LIST_PAGE.test(page);
}

/** Whether a page shows just this conversation. */
export function isPageOf(page: string, conversationId: string): boolean {
  return page.split('?')[0]?.endsWith(`/${conversationId}`) ?? false;
}
