import type { Said } from './model.ts';
import type { Rows } from './rows.ts';

/** Questions that were doubled, and replies that are not what the model said. No two are given the same text. */
export function faultsOfRows(rows: Rows, said: readonly Said[]): string[] {
  const doubled = rows.doubled().map(question => `"${question}" was asked more than once.`);
  return [...doubled, ...faultsOfReplies(rows, said)];
}

/** They are to be all that the model said, or its beginning where they say so. */
function faultsOfReplies(rows: Rows, said: readonly Said[]): string[] {
  return rows.replies().flatMap(({ id, status, content }) => {
    if (status === 'pending' || status === 'streaming') return `Reply ${id} is still ${status}.`;
    if (status === 'complete' && !said.some(({ text, isWhole }) => isWhole && text === content))
      return `Reply ${id} is complete, but not as the model wrote it: "${content}"`;
    if (said.some(({ text }) => text.startsWith(content))) return [];
    return `Reply ${id} (${status}) is not what the model said: "${content}"`;
  });
}
