import { join } from 'node:path';
import { Eta } from 'eta';
import { DAYS, dayInWords, dayOf } from './day.ts';
import { renderStreamed } from './markdown/markdown-stream.ts';
import { renderMarkdown } from './markdown/render-markdown.ts';
import { factsOf } from './message-facts.ts';

export const VIEWS = join(import.meta.dirname, '../views');

/** What a template may call beside its data; each is a local name in every template. */
const helpers = { DAYS, dayInWords, dayOf, domId, factsOf, isOpen, markOf, replyBody };

class Views extends Eta {
  readonly helpers = helpers;
}

/** The one template engine, of the pages and of what jobs announce. */
export const views = new Views({
  views: VIEWS,
  cache: true,
  plugins: [{ processTemplate: withoutIndentation }],
  functionHeader: `const { ${Object.keys(helpers).join(', ')} } = this.helpers;`,
});

/** It would go to every page with each frame. */
function withoutIndentation(template: string): string {
  return template.replace(/^ +/gm, '');
}

/** Draws a partial, such as `messages/message`. */
export function renderPartial(name: string, data: object): string {
  return views.render(name, data).trim();
}

/** The id of the element that shows a message, or a part of it: `message_7`, `message_7_body`. */
export function domId(message: { readonly id: string }, part?: 'about' | 'body' | 'reasoning'): string {
  return part ? `message_${message.id}_${part}` : `message_${message.id}`;
}

/** Whether the message is a reply that waits or is being written. */
export function isOpen({ status }: { readonly status: string }): boolean {
  return status === 'pending' || status === 'streaming';
}

const graphemes = new Intl.Segmenter();

/** What stands for a bot: its emoji, else the first letter of its name. */
function markOf({ name, emoji }: { readonly name: string; readonly emoji: string | null }): string {
  const [first] = graphemes.segment(name);
  return emoji ?? first?.segment ?? '';
}

interface Reply {
  readonly status: string;
  readonly content: string;
  readonly settled_length: number;
}

/** The HTML of a reply's text: while it is open, just as its live frames have left it. */
function replyBody(reply: Reply): string {
  return isOpen(reply) ? renderStreamed(reply.content, reply.settled_length) : renderMarkdown(reply.content);
}
