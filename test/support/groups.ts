import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** In a browser everything takes longer than its size says. */
const IN_BROWSER = 10;
/** What goes through a list of its own in one test: as if it were so many bytes. */
const LONG_LISTS: Readonly<Record<string, number>> = {
  'test/browser/accessibility.test.ts': 200_000,
  'test/markdown/streamed-text.test.ts': 100_000,
};

/** How long a file takes shows in its size, more or less. */
export function weight(file: string): number {
  return LONG_LISTS[file] ?? statSync(file).size * (/^test\/(browser|clients)\//.test(file) ? IN_BROWSER : 1);
}

/**
 * Whether a file can share its process. Node tells of tests where they stand, so they have to stand in the file; and what
 * was loaded before would end, with what is to be done after all, while a file waits for something as it is loaded.
 */
export function canShare(file: string): boolean {
  const source = readFileSync(file, 'utf8');
  return /^ *(?:test|suite)\(/m.test(source) && !/^(?:const .* = )?await /m.test(source);
}

/**
 * Puts files together, for to start a process, and often a browser in it, costs more than most tests do.
 * @param files the longest first
 * @param path how the paths of the groups' own files begin
 * @param count how many groups there are to be, at most
 * @returns files that import them, each about as much
 */
export function inGroups(files: readonly string[], path: string, count: number): string[] {
  const groups = Array.from({ length: Math.min(Math.ceil(count), files.length) }, () => ({
    files: [''],
    weight: 0,
  }));
  for (const file of files) {
    const lightest = groups.reduce((one, other) => (other.weight < one.weight ? other : one));
    lightest.files.push(`import ${JSON.stringify(resolve(file))};\n`);
    lightest.weight += weight(file);
  }
  return groups.map(({ files }, number) => {
    const group = `${path}-${number + 1}.test.mjs`;
    writeFileSync(group, files.join(''));
    return group;
  });
}
