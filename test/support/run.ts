import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { shareAssets } from './bundled-assets.ts';

/** So few that little is started, and so many that they end at about the same time. */
const GROUPS = 16;
/** Each process of tests loads it before them. */
const BEFORE_ALL = pathToFileURL(join(import.meta.dirname, 'left-open.ts')).href;

/** Runs the tests named on the command line, or all. Fails also when one was skipped or left to do, or when none ran. */
const named = process.argv.slice(2);
/** A run of chaos keeps the whole machine busy: it is run alone. */
const isHeavy = (file: string) => file.startsWith('test/chaos/');
/** Some say how soon something happens, mostly within 100 ms: others, that wait as long as it takes, are not to be in their way. */
const looksAtClock = (file: string) =>
  /performance\.now\(\) - |\.closed\) - |Performance\.getMetrics/.test(readFileSync(file, 'utf8'));
const files = named.length > 0 ? named : globSync('test/**/*.test.ts');
/** The longest first, so that none that takes long is left to run alone at the end. */
files.sort((one, other) => weight(other) - weight(one));
/** Each process reads much of the same code, and so do the servers that tests start. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.compile-cache');
const folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.parley-tests-'));
shareAssets(join(folder, 'assets'));
const count = { passed: 0, skipped: 0, failed: 0, only: 0, empty: [] as string[] };
/** In which files there were tests, as Node tells. */
const filled = new Set<string>();

// Much of their time tests wait for something: more than one for each of two cores.
const [heavy, others] = partition(files, isHeavy);
const [timed, patient] = partition(others, looksAtClock);
const [grouped, alone] = partition(patient, canShare);
await runAll({ files: [...alone, ...inGroups(grouped)], concurrency: 4, timeoutMs: 120_000 });
count.empty.push(...grouped.filter(file => !filled.has(resolve(file))));
await runAll({ files: timed, concurrency: 2, timeoutMs: 120_000 });
await runAll({ files: heavy, concurrency: 1, timeoutMs: 300_000 });
rmSync(folder, { recursive: true });

if (count.skipped > 0) console.error(`${count.skipped} tests were skipped or left to do: none may be.`);
if (count.only > 0) console.error('A test is marked as the only one: none may be.');
for (const file of count.empty) console.error(`No test ran in ${file}.`);
if (count.passed === 0) console.error('No test ran.');
const { failed, skipped, only, empty, passed } = count;
process.exitCode = failed + skipped + only + empty.length > 0 || passed === 0 ? 1 : 0;

/** How long a file takes shows in its size, more or less; in a browser everything takes longer. */
function weight(file: string): number {
  return statSync(file).size * (file.startsWith('test/browser/') ? 3 : 1);
}

/**
 * Whether a file can share its process. Node tells of tests where they stand, so they have to stand in the file; and what
 * was loaded before would end, with what is to be done after all, while a file waits for something as it is loaded.
 */
function canShare(file: string): boolean {
  const source = readFileSync(file, 'utf8');
  return /^ *(?:test|suite)\(/m.test(source) && !/^(?:const .* = )?await /m.test(source);
}

/**
 * Puts files together, for to start a process, and often a browser in it, costs more than most tests do.
 * @returns files that import them, each about as many
 */
function inGroups(files: readonly string[]): string[] {
  const groups = Object.values(Object.groupBy(files, file => files.indexOf(file) % GROUPS));
  return groups.map((group = [], number) => {
    const path = join(folder, `group-${number + 1}.test.mjs`);
    writeFileSync(path, group.map(file => `import ${JSON.stringify(resolve(file))};\n`).join(''));
    return path;
  });
}

function partition(files: readonly string[], belongs: (file: string) => boolean): [string[], string[]] {
  return [files.filter(belongs), files.filter(file => !belongs(file))];
}

interface Lane {
  readonly files: string[];
  /** How many of them run at once. */
  readonly concurrency: number;
  /** How long a test may take. */
  readonly timeoutMs: number;
}

async function runAll({ timeoutMs, ...lane }: Lane): Promise<void> {
  if (lane.files.length === 0) return;
  const stream = run({ ...lane, execArgv: [`--test-timeout=${timeoutMs}`, `--import=${BEFORE_ALL}`] });
  stream.on('test:pass', ({ name, file, skip, todo, details }) => {
    if (file) filled.add(file);
    if (skip !== undefined || todo !== undefined) count.skipped += 1;
    else if (lane.files.includes(relative('', name)))
      count.empty.push(name); // Node reports a file without tests as one that passed
    else if (details.type !== 'suite') count.passed += 1;
  });
  stream.on('test:diagnostic', ({ message }) => {
    if (/'only' and 'runOnly' require/.test(message)) count.only += 1;
  });
  stream.on('test:fail', ({ file }) => {
    if (file) filled.add(file);
    count.failed += 1;
  });
  stream.compose(spec).pipe(process.stdout, { end: false });
  await once(stream, 'end');
}
