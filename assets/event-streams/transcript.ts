import type { HistoryMessage } from '../../src/event-streams/events.ts';
import { drawMessage, settleMessage, textOf } from './draw-message.ts';

/** The states of a message for which the page holds a template, by their `data-name`. */
type BlankName = 'question' | 'pending' | Outcome;

/** How a reply can end. */
export type Outcome = 'complete' | 'stopped' | 'interrupted' | 'failed';

/** The messages on the page. They are all that is known of the conversation. */
export class Transcript {
  readonly #list: HTMLElement;
  readonly #blanks: readonly HTMLTemplateElement[];

  constructor(list: HTMLElement, blanks: readonly HTMLTemplateElement[]) {
    this.#list = list;
    this.#blanks = blanks;
  }

  /** Whether the last message is a reply that waits or is being written. */
  get isOpen(): boolean {
    return this.#messages.at(-1)?.ariaBusy === 'true';
  }

  /** Whether nothing has been asked yet. */
  get isGreeting(): boolean {
    return this.#messages.every(({ dataset }) => dataset.role !== 'user');
  }

  /** The messages that have text, oldest first. */
  get history(): HistoryMessage[] {
    return this.#messages
      .map(message => ({ role: roleOf(message), content: textOf(message) }))
      .filter(({ content }) => content.trim());
  }

  addQuestion(text: string): void {
    this.#add('question', new Text(text));
  }

  /** @param text what it will say, as far as it has come */
  addReply(text: Text): HTMLElement {
    return this.#add('pending', text);
  }

  /** Says how the last reply ended. */
  settle(outcome: Outcome, note?: string): void {
    const reply = this.#messages.at(-1);
    if (reply) settleMessage(reply, this.#blank(outcome), note);
  }

  removeLast(): void {
    this.#messages.at(-1)?.remove();
  }

  #add(name: BlankName, text: Text): HTMLElement {
    const id = String(this.#messages.length + 1);
    const message = drawMessage(this.#blank(name), id, text);
    this.#list.append(message);
    return message;
  }

  #blank(name: BlankName): HTMLTemplateElement {
    const blank = this.#blanks.find(({ dataset }) => dataset.name === name);
    if (!blank) throw new Error(`There is no template "${name}".`);
    return blank;
  }

  get #messages(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>(':scope > article')];
  }
}

function roleOf({ dataset }: HTMLElement): HistoryMessage['role'] {
  return dataset.role === 'user' ? 'user' : 'assistant';
}
