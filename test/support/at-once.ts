/**
 * What happens "at once", on a machine that is busy with other tests. The promise is 100 ms; whatever is not told of a
 * stop finds it after several seconds.
 */
export const AT_ONCE_MS = 1_000;
