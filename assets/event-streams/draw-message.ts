/** Draws a message from a template that the server's own partial has filled, around this text. */
export function drawMessage(blank: HTMLTemplateElement, id: string, text: Text, note?: string): HTMLElement {
  const message = document.importNode(blank.content, true).querySelector('article');
  if (!message) throw new Error('The template holds no message.');
  for (const element of [message, ...message.querySelectorAll('[id]')]) {
    element.id = element.id.replace('blank', id);
  }
  bodyOf(message).replaceChildren(text);
  if (note !== undefined) message.querySelector('.message__note')?.replaceChildren(note);
  return message;
}

/** Brings a message into the state of another template. Its text is left alone, and what is selected in it. */
export function settleMessage(message: HTMLElement, blank: HTMLTemplateElement, note?: string): void {
  const settled = drawMessage(blank, 'settled', new Text(), note);
  message.dataset.status = settled.dataset.status;
  message.ariaBusy = settled.ariaBusy;
  for (const part of belowText(message)) part.remove();
  message.append(...belowText(settled));
}

/** What a message says. */
export function textOf(message: HTMLElement): string {
  return bodyOf(message).textContent;
}

function belowText(message: HTMLElement): Element[] {
  const parts = [...message.children];
  return parts.slice(parts.indexOf(bodyOf(message)) + 1);
}

function bodyOf(message: HTMLElement): Element {
  const body = message.querySelector(`#${message.id}_body`);
  if (!body) throw new Error('The message has no place for its text.');
  return body;
}
