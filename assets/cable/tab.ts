/** Tells this page in its tab from the person's other ones. The same wherever it is read, so that each bundle can. */
export const tab = String(performance.timeOrigin);
