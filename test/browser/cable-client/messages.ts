/** The page of one message list, as the server draws it, and the steps that change it. */
export function list(version: number, ...articles: readonly string[]): string {
  return `<div id="messages" data-version="${version}">${articles.join('')}</div>`;
}

export function article(id: string, version: number, text = '', status = 'streaming'): string {
  return `<article id="message_${id}" data-role="assistant" data-status="${status}" data-version="${version}">
    <details><summary>Thoughts</summary>none</details>
    <div id="message_${id}_settled"><p>${text}</p></div><div id="message_${id}_open"></div></article>`;
}

export function source(name: string): string {
  return `<turbo-cable-stream-source channel="Turbo::StreamsChannel" signed-stream-name="${name}"></turbo-cable-stream-source>`;
}

/** A live frame: some text settles, then the tail is another. */
export function batch(id: string, from: number, settled: string, open: string): string {
  return settle(id, from, settled) + tail(id, from + 0.5, from + 1, open);
}

export function settle(id: string, from: number, text: string): string {
  return step('append', `message_${id}_settled`, `message_${id}`, from, from + 0.5, `<p>${text}</p>`);
}

export function tail(id: string, from: number, version: number, text: string): string {
  return step('update', `message_${id}_open`, `message_${id}`, from, version, `<p>${text}</p>`);
}

export function whole(id: string, version: number, text: string): string {
  return `<turbo-stream action="replace" method="morph" target="message_${id}" data-of="message_${id}" data-version="${version}">
    <template>${article(id, version, text, 'complete')}</template></turbo-stream>`;
}

export function insertAfter(id: string, from: number, version: number, html: string): string {
  return step('after', `message_${id}`, 'messages', from, version, html);
}

function step(
  action: string,
  target: string,
  of: string,
  from: number,
  version: number,
  html: string,
): string {
  return `<turbo-stream action="${action}" target="${target}" data-of="${of}" data-from="${from}" data-version="${version}">
    <template>${html}</template></turbo-stream>`;
}
