/** What a test gives: a place to say what is to be done at its end. */
export interface Scope {
  after(undo: () => unknown): void;
}

const stacks = new WeakMap<Scope, AsyncDisposableStack>();

/** Closes this when the test has ended: what was opened last first, for it may need what was opened before. */
export function closeAfter(t: Scope, close: () => unknown): void {
  let stack = stacks.get(t);
  if (!stack) {
    const opened = new AsyncDisposableStack();
    t.after(() => opened.disposeAsync());
    stacks.set(t, opened);
    stack = opened;
  }
  stack.defer(async () => void (await close()));
}
