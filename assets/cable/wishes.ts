import type { Cable } from './cable.ts';
import { whenAwake } from './sleep.ts';

/** Makes the page ask when Turbo rendered it anew, and when it was hidden for long. */
export function listenForWishes(cable: Cable): void {
  document.addEventListener('turbo:render', ({ detail }) => {
    if (!detail.isPreview) cable.startOver('rendered');
  });
  whenAwake(() => cable.startOver('awake'));
}
