/** The page of one message list, as the server draws it, and the steps that change it. */
export function list(version: number, ...articles: readonly string[]): string {
  return `<div id="messages" data-version="${version}">${articles.join('')}</div>`;
}

export function article(id: string, version: number, text = '', status = 'streaming'): string {
  return `<article id="message_${id}" data-role="assistant" data-status="${status}" data-version="${version}">
    <details><summary>Thoughts</summary>none</details>
    <div id="message_${id}_body">${text && `<p>${text}</p>`}</div></article>`;
}

export function source(name: string): string {
  return `<turbo-cable-stream-source channel="Turbo::StreamsChannel" signed-stream-name="${name}"></turbo-cable-stream-source>`;
}

/** A live frame of two steps: a paragraph, and another one. */
export function batch(id: string, from: number, first: string, second: string): string {
  return paragraph(id, from, from + 0.5, first) + paragraph(id, from + 0.5, from + 1, second);
}

export function paragraph(id: string, from: number, version: number, text: string): string {
  return step('append', `target="message_${id}_body"`, from, version, `<p>${text}</p>`);
}

/** Changes the end of a message's body: there, or in its last child, or in the last child of that. */
export function atTheEnd(
  action: 'append' | 'replace' | 'remove',
  way: string,
  { id, from, version }: { readonly id: string; readonly from: number; readonly version: number },
  html = '',
): string {
  return step(action, `targets="#message_${id}_body${way}"`, from, version, html);
}

export function whole(id: string, version: number, text: string): string {
  return `<turbo-stream action="replace" method="morph" target="message_${id}" data-of="message_${id}" data-version="${version}">
    <template>${article(id, version, text, 'complete')}</template></turbo-stream>`;
}

export function insertAfter(id: string, from: number, version: number, html: string): string {
  return step('after', `target="message_${id}" data-of="messages"`, from, version, html);
}

export function removal(id: string, from: number, version: number): string {
  return step('remove', `target="message_${id}" data-of="messages"`, from, version, '');
}

function step(action: string, target: string, from: number, version: number, html: string): string {
  return `<turbo-stream action="${action}" ${target} data-from="${from}" data-version="${version}">
    <template>${html}</template></turbo-stream>`;
}
