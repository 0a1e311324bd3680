import { versionOf } from './lists.ts';

/** Keeps a morph from closing what the reader opened, and from bringing a message or the list back in time. */
export function guardMorphs(): void {
  document.addEventListener('turbo:before-morph-attribute', event => {
    if (isOfThePage(event.target, event.detail.attributeName)) event.preventDefault();
  });
  document.addEventListener('turbo:before-morph-element', event => {
    if (isOlder(event.detail.newElement, event.target)) event.preventDefault();
  });
}

/** State that lives in the page: the server's HTML says nothing about it. */
function isOfThePage(target: EventTarget | null, attribute: string): boolean {
  if (target instanceof HTMLDetailsElement) return attribute === 'open';
  return (
    target instanceof HTMLElement &&
    target.localName === 'turbo-cable-stream-source' &&
    attribute === 'connected'
  );
}

function isOlder(newElement: Element | undefined, target: EventTarget | null): boolean {
  if (!newElement || !(target instanceof Element)) return false;
  const shown = versionOf(target);
  const offered = versionOf(newElement);
  return shown !== undefined && offered !== undefined && offered < shown;
}
