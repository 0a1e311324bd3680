import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/clients.md'), 'utf8');

/** The first script of the guide that uses this. */
export function scriptUsing(what: string): string {
  const scripts = [...GUIDE.matchAll(/```js\n(.*?)```/gs)].map(([, script = '']) => script);
  const found = scripts.find(script => script.includes(what));
  if (found === undefined) throw new Error(`The guide has no script that uses ${what}.`);
  return found;
}

/** Where the guide links to within itself, and what can be linked to there. */
export const anchors = {
  wanted: [...GUIDE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor),
  offered: [...GUIDE.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  ),
};
