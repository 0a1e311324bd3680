import type { Cable } from './cable.ts';

/** Dispatched on `document` by whoever changed the page in a way that live frames may have missed. */
export const CATCH_UP_EVENT = 'cable:catch-up';

const LONG_HIDDEN_MS = 30_000;

/** Makes the page ask when Turbo rendered it anew, when it was hidden for long, and when other code wishes it. */
export function listenForWishes(cable: Cable): void {
  let hiddenAt = Date.now();
  document.addEventListener('turbo:render', ({ detail }) => {
    if (!detail.isPreview) cable.startOver();
  });
  document.addEventListener(CATCH_UP_EVENT, () => cable.wish());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > LONG_HIDDEN_MS) cable.wish();
  });
}
