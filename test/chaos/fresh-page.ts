/**
 * Runs in the page. Compares the lists that it shows with those of the same page as the server draws it now.
 * @returns where they differ, in words
 */
export async function differencesFromFresh(): Promise<string[]> {
  const LISTS = ['messages', 'conversations'];
  const CONTEXT = 80;

  // Asked for as Turbo does, so that looking marks nothing as read, and announces nothing.
  const headers = { accept: 'text/html', 'x-turbo-request-id': 'chaos' };
  const answer = await fetch(location.href, { headers }).catch(() => undefined);
  if (!answer) return ['its page is not answered']; // a connection that was silent may end only now
  if (answer.status !== 200 && answer.status !== 404) return [`its page is answered with ${answer.status}`];
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  return LISTS.flatMap(id => {
    const [shown, expected] = [htmlOf(document, id), htmlOf(fresh, id)];
    if (shown === expected) return [];
    const place = expected.split('').findIndex((character, n) => character !== shown[n]);
    const around = (html: string) => html.slice(Math.max(0, place - CONTEXT), place + CONTEXT) || 'nothing';
    return [`shows in #${id}\n    ${around(shown)}\n  where a fresh page has\n    ${around(expected)}`];
  });

  /** Without the forms' ids, what is opened or focused, and line breaks that mean nothing. */
  function htmlOf(page: Document, id: string): string {
    const list = page.getElementById(id)?.cloneNode(true);
    if (!(list instanceof Element)) return '';
    for (const input of list.querySelectorAll('input[type=hidden]')) input.removeAttribute('value');
    for (const details of list.querySelectorAll('details')) details.removeAttribute('open');
    for (const form of list.querySelectorAll('form')) form.removeAttribute('aria-busy');
    list.normalize();
    return list.outerHTML.replace(/(?<=>)\s*\n\s*|\s*\n\s*(?=<)/g, '');
  }
}
