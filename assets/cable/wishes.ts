import type { Cable } from './cable.ts';
import { whenAwake } from './sleep.ts';

/** Dispatched on `document` by whoever changed the page in a way that live frames may have missed. */
export const CATCH_UP_EVENT = 'cable:catch-up';

/** Makes the page ask when Turbo rendered it anew, when it was hidden for long, and when other code wishes it. */
export function listenForWishes(cable: Cable): void {
  document.addEventListener('turbo:render', ({ detail }) => {
    if (!detail.isPreview) cable.startOver();
  });
  document.addEventListener(CATCH_UP_EVENT, () => cable.wish());
  whenAwake(() => cable.startOver());
}
