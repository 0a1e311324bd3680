import process from 'node:process';
import { after } from 'node:test';

/** Much longer than a browser takes to close. */
const PATIENCE_MS = 30_000;

// Loaded before the tests of a process: what they left open would keep it, and the whole run, alive for ever.
after(() => {
  setTimeout(() => {
    console.error(`The tests left open: ${process.getActiveResourcesInfo().join(', ')}.`);
    process.exit(1);
  }, PATIENCE_MS).unref();
});
