import { setPriority } from 'node:os';

/** How far behind: what else there is to do gets about nine times as much of a core. */
const NICENESS = 10;

// Loaded before tests that use the time that others, which are not to be disturbed, spend waiting.
setPriority(NICENESS);
