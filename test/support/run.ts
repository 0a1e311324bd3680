import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { shareAssets } from './bundled-assets.ts';

/** Runs the tests named on the command line, or all. Fails also when one was skipped or left to do, or when none ran. */
const named = process.argv.slice(2);
/** A run of chaos keeps the whole machine busy: it is run alone. */
const isHeavy = (file: string) => file.startsWith('test/chaos/');
/** Some say how soon something happens, mostly within 100 ms: others, that wait as long as it takes, are not to be in their way. */
const looksAtClock = (file: string) =>
  /performance\.now\(\) - |\.closed\) - /.test(readFileSync(file, 'utf8'));
const files = named.length > 0 ? named : globSync('test/**/*.test.ts');
/** Those in browsers first, and the largest of each, so that none that takes long is left to run alone at the end. */
files.sort((one, other) => weight(other) - weight(one));
/** Each file is a process that reads much of the same code, and so are the servers that tests start. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.compile-cache');
const folder = mkdtempSync(join(tmpdir(), 'parley-tests-'));
shareAssets(join(folder, 'assets'));
const count = { passed: 0, skipped: 0, failed: 0, only: 0, empty: [] as string[] };

// Much of their time tests wait for something: more than one for each of two cores.
const [heavy, others] = partition(files, isHeavy);
const [timed, patient] = partition(others, looksAtClock);
await runAll({ files: patient, concurrency: 4, timeout: 120_000 });
await runAll({ files: timed, concurrency: 2, timeout: 120_000 });
await runAll({ files: heavy, concurrency: 1, timeout: 300_000 });
rmSync(folder, { recursive: true });

if (count.skipped > 0) console.error(`${count.skipped} tests were skipped or left to do: none may be.`);
if (count.only > 0) console.error('A test is marked as the only one: none may be.');
for (const file of count.empty) console.error(`No test ran in ${file}.`);
if (count.passed === 0) console.error('No test ran.');
const { failed, skipped, only, empty, passed } = count;
process.exitCode = failed + skipped + only + empty.length > 0 || passed === 0 ? 1 : 0;

function weight(file: string): number {
  return statSync(file).size + (file.startsWith('test/browser/') ? 1_000_000 : 0);
}

function partition(files: readonly string[], belongs: (file: string) => boolean): [string[], string[]] {
  return [files.filter(belongs), files.filter(file => !belongs(file))];
}

async function runAll(options: { files: string[]; concurrency: number; timeout: number }): Promise<void> {
  if (options.files.length === 0) return;
  const stream = run(options);
  stream.on('test:pass', ({ name, skip, todo, details }) => {
    if (skip !== undefined || todo !== undefined) count.skipped += 1;
    else if (files.includes(relative('', name)))
      count.empty.push(name); // Node reports a file without tests as one that passed
    else if (details.type !== 'suite') count.passed += 1;
  });
  stream.on('test:diagnostic', ({ message }) => {
    if (/'only' and 'runOnly' require/.test(message)) count.only += 1;
  });
  stream.on('test:fail', () => {
    count.failed += 1;
  });
  stream.compose(spec).pipe(process.stdout, { end: false });
  await once(stream, 'end');
}
