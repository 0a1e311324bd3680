/** What a page has seen since it was opened. */
export interface Watched {
  /** In words: each version that went down. */
  readonly backwards: string[];
  /** Where Turbo went since, or what it drew anew. */
  readonly visits: string[];
  /** Answers to its catch-ups that it carried out, or skipped. */
  catchUps: number;
  /** Emulates a tab that is hidden, until the last who hid it shows it again. */
  hide(): void;
  show(): void;
  /** Moves the clock on the wall, as it has moved when a computer wakes. */
  passAnHour(): void;
}

declare global {
  interface Window {
    chaos: Watched;
  }
}

/**
 * Runs in the page, before anything of its own. Headless Chromium shows every tab, also behind another one and in a
 * window that is minimized, and freezes none that is shown. So what hides a tab here is emulated: what the document
 * says of it, the event, that no frame is painted for as long, and how late it is then. The browser's throttling of
 * timers is not.
 */
export function watchPage(): void {
  const newest = new Map<string, number>();
  const backwards: string[] = [];
  const visits: string[] = [];
  const waiting: FrameRequestCallback[] = [];
  const nextFrame = window.requestAnimationFrame.bind(window);
  const HOUR_MS = 3_600_000;
  const onTheWall = Date.now.bind(Date);
  let hiders = 0;
  let aheadMs = 0;

  function see(element: Element, text: string | null): void {
    const version = Number(text);
    if (text === null || !element.id || Number.isNaN(version)) return;
    const before = newest.get(element.id) ?? version;
    if (version < before) backwards.push(`#${element.id} went from version ${before} to ${version}`);
    newest.set(element.id, Math.max(before, version));
  }

  function seeAll(node: Node): void {
    if (!(node instanceof Element)) return;
    for (const element of [node, ...node.querySelectorAll('[data-version]')]) {
      if (element.localName !== 'turbo-stream') see(element, element.getAttribute('data-version'));
    }
  }

  new MutationObserver(records => {
    for (const { target, type, oldValue, addedNodes } of records) {
      for (const node of addedNodes) seeAll(node);
      if (type === 'attributes' && target instanceof Element) see(target, oldValue);
    }
    for (const { target, type } of records) {
      if (type === 'attributes' && target instanceof Element)
        see(target, target.getAttribute('data-version'));
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributeFilter: ['data-version'],
    attributeOldValue: true,
  });

  Object.defineProperties(document, {
    visibilityState: { get: () => (hiders > 0 ? 'hidden' : 'visible') },
    hidden: { get: () => hiders > 0 },
  });
  window.requestAnimationFrame = callback => (hiders > 0 ? -waiting.push(callback) : nextFrame(callback));

  Date.now = () => onTheWall() + aheadMs;

  window.chaos = {
    backwards,
    visits,
    catchUps: 0,
    hide() {
      hiders += 1;
      if (hiders === 1) document.dispatchEvent(new Event('visibilitychange'));
    },
    show() {
      hiders -= 1;
      if (hiders > 0) return;
      document.dispatchEvent(new Event('visibilitychange'));
      for (const callback of waiting.splice(0)) nextFrame(callback);
    },
    passAnHour() {
      aheadMs += HOUR_MS;
    },
  };
  document.addEventListener('turbo:visit', () => visits.push(location.pathname));
  document.addEventListener('turbo:before-stream-render', ({ target }) => {
    if (target instanceof Element && target.getAttribute('action') === 'caught_up')
      window.chaos.catchUps += 1;
  });
}
