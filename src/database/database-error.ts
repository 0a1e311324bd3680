/** The database cannot be used; its message is one line that says why. */
export class DatabaseError extends Error {}
