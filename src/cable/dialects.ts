import { turboStream } from '../turbo/turbo-stream.ts';
import type { Traffic } from './traffic.ts';

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
export function stockDialect(traffic: Traffic): Dialect {
  return html => {
    const isFinal = HAS_FINAL_STEP.test(html);
    if (html !== CATCH_UP && !isFinal) return html;
    traffic.refreshes += 1;
    return isFinal ? html + REFRESH : REFRESH;
  };
}

/** Before that, a refresh would bring a message that its next frames do not fit. */
const HAS_FINAL_STEP = /<turbo-stream [^>]*data-final/;
