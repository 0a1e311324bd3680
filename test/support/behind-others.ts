import { setPriority } from 'node:os';

/** How far behind: what else there is to do gets about three times as much of a core. */
const NICENESS = 5;

// Loaded before tests that use the time that others, which are not to be disturbed, spend waiting.
setPriority(NICENESS);
