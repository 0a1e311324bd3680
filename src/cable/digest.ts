import { createHash } from 'node:crypto';
import type { Rows } from './difference.ts';

/** The same as long as the list and the versions of its items are. */
export function digestOfRows({ list, path }: Rows): string {
  const shown = [list, path.map(({ id, version }) => [id, version])];
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url');
}
