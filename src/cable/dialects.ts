import { turboStream } from '../turbo/turbo-stream.ts';

/** In which words a page hears what happens: what it is sent for what is published. */
export type Dialect = (html: string) => string;

/** What is published where pages may have missed something. */
export const CATCH_UP = turboStream({ action: 'catch_up' });
const REFRESH = turboStream({ action: 'refresh' });

/** Our own element: it checks whether a frame fits, and asks for what it lacks. */
export const ownDialect: Dialect = html => html;

/**
 * Stock Hotwire clients: they carry out whatever comes, so what they may have missed is mended with each message that is
 * finished, and by Turbo itself, which morphs the page from the server.
 */
export const stockDialect: Dialect = html => {
  if (html === CATCH_UP) return REFRESH;
  return HAS_FINAL_STEP.test(html) ? html + REFRESH : html;
};

/** Before that, a refresh would bring a message that its next frames do not fit. */
const HAS_FINAL_STEP = /<turbo-stream [^>]*data-final/;
