import { globSync } from 'node:fs';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** Runs the tests named on the command line, or all. Fails also when one was skipped or left to do, or when none ran. */
const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync('test/**/*.test.ts');
const count = { passed: 0, skipped: 0, failed: 0 };

const stream = run({ files: files.toSorted(), concurrency: 2, timeout: 120_000 });
stream.on('test:pass', ({ skip, todo, details }) => {
  if (skip !== undefined || todo !== undefined) count.skipped += 1;
  else if (details.type !== 'suite') count.passed += 1;
});
stream.on('test:fail', () => {
  count.failed += 1;
});
stream.on('end', () => {
  if (count.skipped > 0) console.error(`${count.skipped} tests were skipped or left to do: none may be.`);
  if (count.passed === 0) console.error('No test ran.');
  process.exitCode = count.failed > 0 || count.skipped > 0 || count.passed === 0 ? 1 : 0;
});
stream.compose(spec).pipe(process.stdout);
