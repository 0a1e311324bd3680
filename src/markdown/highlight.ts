import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import type { HLJSApi } from 'highlight.js';
import { drawnOnce } from './drawn-once.ts';

/** In UTF-16 units. Longer code stays plain. */
const LONGEST_CODE = 50_000;

/** Most code takes a millisecond; some, made for it, would take a minute. */
const LONGEST_MS = 250;

/**
 * Marks the words of code with highlight.js' classes.
 * @returns HTML; `undefined` for code that stays plain: of an unknown language, too long, or too laborious
 */
export function highlight(code: string, language: string): string | undefined {
  if (code.length > LONGEST_CODE || !loaded().getLanguage(language)) return undefined;
  return draw(code, language.toLowerCase());
}

const load = createRequire(import.meta.url);
let highlighter: HLJSApi | undefined;

/** With the first code: to load its languages takes 50 ms, and many processes draw none. */
function loaded(): HLJSApi {
  highlighter ??= load('highlight.js/lib/common') as HLJSApi;
  return highlighter;
}

const draw = drawnOnce((code, language) => {
  const highlighter = loaded();
  // Its grammar is compiled at the first use, which must not be cut short.
  highlighter.highlight('', { language });
  const html = withinTime(() => highlighter.highlight(code, { language, ignoreIllegals: true }).value);
  return html?.replaceAll('&#x27;', "'");
});

const task: { run: () => string } = { run: () => '' };
const context = createContext(task);
const script = new Script('run()');

/** Node can only end what runs in a script of its own. */
function withinTime(run: () => string): string | undefined {
  task.run = run;
  try {
    return String(script.runInContext(context, { timeout: LONGEST_MS }));
  } catch {
    // Too laborious, or a fault of a grammar: as plain text it can be read all the same.
    return undefined;
  } finally {
    task.run = () => '';
  }
}
