import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { shareAssets } from './bundled-assets.ts';
import { canShare, inGroups, weight } from './groups.ts';
import { startPostgres } from './postgres.ts';

/** A file to be run, and on which database what it takes of the tests' own is. */
interface Task {
  readonly file: string;
  readonly database: 'sqlite' | 'postgres';
}

/** How long a test may take. */
const PATIENCE_MS = 120_000;
const HEAVY_PATIENCE_MS = 300_000;
/** So few that little is started, and so many that they end at about the same time. */
const GROUPS = { patient: 7, undisturbed: 4 };
/** For each group of those that are run on PostgreSQL as well, so many on SQLite. */
const POSTGRES_SHARE = 3;
/** Each process of tests loads it before them. */
const BEFORE_ALL = moduleUrl('left-open.ts');
const BEHIND_OTHERS = moduleUrl('behind-others.ts');

/** Runs the tests named on the command line, or all. Fails also when one was skipped or left to do, or when none ran. */
const named = process.argv.slice(2);
/** A run of chaos keeps the whole machine busy: no other of its kind is run beside it. */
const isHeavy = (file: string) => file.startsWith('test/chaos/');
/** Some say how soon something happens, mostly within 100 ms: others, that wait as long as it takes, are not to be in their way. */
const looksAtClock = (file: string) =>
  /performance\.now\(\) - |\.closed\) - |Performance\.getMetrics/.test(readFileSync(file, 'utf8'));
/** What looks into the files of SQLite would do the same twice. */
const ALWAYS_IN_FILES = ['test/chat/deleted-text.test.ts'];
/**
 * What reads or writes rows is tested on both databases; how it is sent on is the same. The way of a question through the
 * browser is tested on PostgreSQL behind the proxy: test/browser/proxy.test.ts.
 */
const isOnBoth = (file: string) =>
  !ALWAYS_IN_FILES.includes(file) &&
  /^test\/(chat|jobs|models|routes)\/|^test\/cable\/cable\./.test(file) &&
  !/^test\/routes\/(access|event-streams|live-page|settings)\./.test(file) &&
  /\/(app|conversation|databases|followed-conversation|installation)\.ts'/.test(readFileSync(file, 'utf8'));
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

const [heavy, others] = partition(files, isHeavy);
const [timed, patient] = partition(others, looksAtClock);
/** One server for all of them, each of which makes databases of its own there. */
const stack = new AsyncDisposableStack();
if (files.some(isOnBoth)) {
  const scope = { after: (undo: () => unknown) => stack.defer(async () => void (await undo())) };
  process.env.TEST_POSTGRES = (await startPostgres(scope)).url;
}
const waiting = tasks('patient', patient);
const undisturbed = tasks('undisturbed', timed);

// Much of their time tests wait for something: in that of those that are not to be disturbed some others are run.
let isQuiet = true;
const patients = [inTurn(2, waiting)];
await inTurn(2, undisturbed);
patients.push(inTurn(1, waiting));
await inTurn(1, onSqlite(heavy), HEAVY_PATIENCE_MS);
isQuiet = false;
patients.push(inTurn(1, waiting)); // four at once, for each of two cores to be busy
await Promise.all(patients);
count.empty.push(...others.filter(file => canShare(file) && !filled.has(resolve(file))));
rmSync(folder, { recursive: true });
await stack.disposeAsync();

if (count.skipped > 0) console.error(`${count.skipped} tests were skipped or left to do: none may be.`);
if (count.only > 0) console.error('A test is marked as the only one: none may be.');
for (const file of count.empty) console.error(`No test ran in ${file}.`);
if (count.passed === 0) console.error('No test ran.');
const { failed, skipped, only, empty, passed } = count;
console.log(`${passed} tests passed, ${failed} failed, in ${Math.round(process.uptime())} s.`);
process.exitCode = failed + skipped + only + empty.length > 0 || passed === 0 ? 1 : 0;

/** Runs files, so many at once, each with what is then the longest of those that are left. */
async function inTurn(atOnce: number, left: Task[], timeoutMs = PATIENCE_MS): Promise<void> {
  const takeTurns = async () => {
    for (let task = left.shift(); task; task = left.shift()) await runFile(task, timeoutMs, left === waiting);
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
}

/** Those in groups first: of the others some have to be done with all that they try in the time of one test. */
function tasks(kind: keyof typeof GROUPS, files: readonly string[]): Task[] {
  const [grouped, alone] = partition(files, canShare);
  const count = GROUPS[kind];
  const groups = inGroups(grouped, join(folder, kind), count);
  const onBoth = inGroups(grouped.filter(isOnBoth), join(folder, `${kind}-postgres`), count / POSTGRES_SHARE);
  return [
    ...onSqlite(groups),
    ...onPostgres(onBoth),
    ...onSqlite(alone),
    ...onPostgres(alone.filter(isOnBoth)),
  ];
}

function onSqlite(files: readonly string[]): Task[] {
  return files.map(file => ({ file, database: 'sqlite' }));
}

function onPostgres(files: readonly string[]): Task[] {
  return files.map(file => ({ file, database: 'postgres' }));
}

function partition(files: readonly string[], belongs: (file: string) => boolean): [string[], string[]] {
  return [files.filter(belongs), files.filter(file => !belongs(file))];
}

function moduleUrl(file: string): string {
  return pathToFileURL(join(import.meta.dirname, file)).href;
}

/** Runs a file in a process of its own, and prints what came of it. */
async function runFile({ file, database }: Task, timeoutMs: number, isPatient: boolean): Promise<void> {
  const imports = isPatient && isQuiet ? [BEFORE_ALL, BEHIND_OTHERS] : [BEFORE_ALL];
  const execArgv = [`--test-timeout=${timeoutMs}`, ...imports.map(url => `--import=${url}`)];
  const stream = run({ files: [file], execArgv, env: { ...process.env, TEST_DATABASE: database } });
  stream.on('test:pass', ({ name, file: place, skip, todo, details }) => {
    if (place) filled.add(place);
    if (skip !== undefined || todo !== undefined) count.skipped += 1;
    else if (relative('', name) === file)
      count.empty.push(name); // Node reports a file without tests as one that passed
    else if (details.type !== 'suite') count.passed += 1;
  });
  stream.on('test:diagnostic', ({ message }) => {
    if (/'only' and 'runOnly' require/.test(message)) count.only += 1;
  });
  stream.on('test:fail', ({ file: place }) => {
    if (place) filled.add(place);
    count.failed += 1;
  });
  process.stdout.write(await text(stream.filter(({ type }) => type !== 'test:diagnostic').compose(spec)));
}
