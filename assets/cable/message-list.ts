import type { Shown } from './catch-up.ts';

const MESSAGE = 'message_';

/** The list of messages on the page, if it has one. */
export function messageList(): HTMLElement | null {
  return document.getElementById('messages');
}

/** What the page says that it shows; `undefined` where it has no list. */
export function shownMessages(): Shown | undefined {
  const list = versionOf(messageList());
  if (list === undefined) return undefined;
  return {
    list,
    versions: new Map(articles().map(article => [messageId(article), versionOf(article) ?? 0])),
  };
}

export function isReplyOpen(): boolean {
  return (
    document.querySelector('#messages [data-status="pending"], #messages [data-status="streaming"]') !== null
  );
}

/** The version that an element shows of itself. */
export function versionOf(element: Element | null): number | undefined {
  const version = element?.getAttribute('data-version');
  return version ? Number(version) : undefined;
}

function articles(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`#messages article[id^="${MESSAGE}"]`)];
}

function messageId(article: HTMLElement): string {
  return article.id.slice(MESSAGE.length);
}
