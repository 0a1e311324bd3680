import { renderMarkdown } from '../markdown/render-markdown.ts';
import { SettledText } from '../markdown/settled-text.ts';
import type { Message } from '../models/message.ts';
import { renderPartial } from '../views.ts';

/** Stands in HTML where it is to be cut. No text has one: it is taken out where text comes in. */
export const CUT = '\0';

/**
 * A reply's HTML in the order in which it is sent while the reply is being written: each part once, and for good.
 * Together they are what the partial draws of the closed reply, but for what says that it is open.
 */
export class GrowingReply {
  readonly #text = new SettledText();
  /** What comes between the beginning and the text, once it was sent. */
  #lead: string | undefined;

  /** What can be said before there is any text. */
  begin(reply: Message): string {
    return partsOf({ ...reply, status: 'streaming' }).beginning;
  }

  /** The blocks that have settled since the last time. */
  grow(reply: Message): string {
    const added = this.#text.draw(reply.content, reply.settled_length);
    if (!added || this.#lead !== undefined) return added;
    this.#lead = partsOf(reply).lead;
    return this.#lead + added;
  }

  /** The rest of a closed reply; `undefined` where its end has changed what was sent, as a link's definition does. */
  end(reply: Message): string | undefined {
    const { lead, end } = partsOf(reply);
    const sent = this.#lead === undefined ? '' : this.#lead + this.#text.html;
    const whole = lead + renderMarkdown(reply.content);
    return whole.startsWith(sent) ? whole.slice(sent.length) + end : undefined;
  }
}

/** The reasoning is drawn with the text: until then it may still grow. */
function partsOf(message: Message): { beginning: string; lead: string; end: string } {
  const [beginning = '', lead = '', end = ''] = renderPartial('messages/message', {
    message,
    cut: CUT,
  }).split(CUT);
  return { beginning, lead, end };
}
