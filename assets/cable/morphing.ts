import { versionOf } from './lists.ts';

let isRefreshing = false;

/**
 * Keeps a morph from closing what the reader opened, from taking what is typed and chosen, and from bringing a message
 * or the list back in time.
 */
export function guardMorphs(): void {
  document.addEventListener('turbo:before-render', ({ detail }) => {
    const { render } = detail;
    detail.render = (shown, fresh) => duringRefresh(() => render(shown, fresh));
  });
  document.addEventListener('turbo:before-morph-attribute', event => {
    if (isOfThePage(event.target, event.detail.attributeName)) event.preventDefault();
  });
  document.addEventListener('turbo:before-morph-element', event => {
    const { target, detail } = event;
    if (!(target instanceof Element)) return;
    // What is not there any more goes, whoever uses it.
    if (!detail.newElement) return;
    if (isOlder(detail.newElement, target) || (isRefreshing && isInUse(target))) event.preventDefault();
    // Words that came one by one are one text, so that a morph leaves it, and what is selected in it, as it is.
    else if (versionOf(target) !== undefined) target.normalize();
  });
}

function duringRefresh(render: () => void): void {
  isRefreshing = true;
  try {
    render();
  } finally {
    isRefreshing = false;
  }
}

/** State that lives in the page, by its attributes: the server's HTML says nothing about it. */
const OF_THE_PAGE: Readonly<Record<string, string>> = {
  open: 'details, dialog',
  'aria-current': '.conversations__link',
  hidden: '[data-follow-target="newest"], [data-quote-target="button"]',
  connected: 'turbo-cable-stream-source',
};

function isOfThePage(target: EventTarget | null, attribute: string): boolean {
  const selector = OF_THE_PAGE[attribute];
  return selector !== undefined && target instanceof Element && target.matches(selector);
}

function isOlder(newElement: Element, target: Element): boolean {
  const shown = versionOf(target);
  const offered = versionOf(newElement);
  return shown !== undefined && offered !== undefined && offered < shown;
}

/** A page that is drawn anew knows nothing of what stands in a form, the form's own answer does; nor what was opened. */
function isInUse(target: Element): boolean {
  if (target.matches('#dialog_frame, #undo')) return true;
  if (!(target instanceof HTMLFormElement)) return false;
  return target.querySelector('textarea') !== null || target.contains(document.activeElement);
}
