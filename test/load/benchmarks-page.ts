import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from './scenario.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGE = join(DOCS, 'benchmarks.md');
const PICTURES = join(DOCS, 'benchmarks');

/**
 * Puts the figures of a scenario into the project's page, between its two markers; all else there is written by hand.
 * @param about when, where and how they were measured
 * @throws when the page has no such markers
 */
export async function writeFigures(
  name: string,
  about: string,
  { markdown, pictures }: Report,
): Promise<void> {
  const [begin, end] = [`<!-- figures:begin ${name} -->`, `<!-- figures:end ${name} -->`];
  const page = await readFile(PAGE, 'utf8');
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${PAGE} has no place for these figures: ${begin} … ${end}`);
  const figures = `${begin}\n${about}\n\n${markdown.trim()}\n`;
  await writeFile(PAGE, page.slice(0, start) + figures + page.slice(stop));
  await mkdir(PICTURES, { recursive: true });
  for (const [file, svg] of Object.entries(pictures ?? {})) await writeFile(join(PICTURES, file), svg);
}
