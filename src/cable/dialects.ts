import { turboStream } from '../turbo/turbo-stream.ts';

/** In which words a page hears what happens. */
export interface Dialect {
  /** What the page is sent for a frame. */
  readonly frames: (html: string) => readonly string[];
  /** What it is sent when it may have missed some. */
  readonly missed: string;
}

const CATCH_UP = turboStream({ action: 'catch_up' });
const REFRESH = turboStream({ action: 'refresh' });

/** Our own element: it checks whether a frame fits, and asks for what it lacks. */
export const ownDialect: Dialect = {
  frames: html => [html],
  missed: CATCH_UP,
};

/**
 * Stock Hotwire clients: they carry out whatever comes, so what they may have missed is mended with each message that is
 * finished, and by Turbo itself, which morphs the page from the server.
 */
export const stockDialect: Dialect = {
  frames: html => {
    if (html === CATCH_UP) return [REFRESH];
    return HAS_FINAL_STEP.test(html) ? [html, REFRESH] : [html];
  },
  missed: REFRESH,
};

/** Before that, a refresh would bring a message that its next frames do not fit. */
const HAS_FINAL_STEP = /<turbo-stream [^>]*data-final/;
