import type { Change } from '../cable/difference.ts';
import type { Database } from '../database.ts';
import type { Edit } from '../markdown/edits.ts';
import type { MarkdownChange } from '../markdown/markdown-stream.ts';
import { loadMessages, type Message } from '../models/message.ts';
import { escapeHtml } from '../turbo/escape-html.ts';
import { type TurboStream, turboStream } from '../turbo/turbo-stream.ts';
import { domId, isOpen, renderPartial } from '../views.ts';
import { drawnIds, itemStep, type ShownList, stepsOf } from './list-steps.ts';

const MESSAGES: ShownList<Message> = {
  id: 'messages',
  itemId: domId,
  draw: message => renderPartial('messages/message', { message }),
  isFinal: message => !isOpen(message),
};

/** Brings a message whole, in place of the older one that a page shows. */
export function messageStep(message: Message): string {
  return itemStep(MESSAGES, message);
}

/** The messages that are drawn for these changes. */
export async function loadChanged(db: Database, changes: readonly Change[]): Promise<Message[]> {
  return await loadMessages(db, changes.flatMap(drawnIds));
}

/** Turns changes of the list of messages into steps; `messages` holds those that are drawn. */
export function messageSteps(changes: readonly Change[], messages: readonly Message[]): string {
  return stepsOf(MESSAGES, changes, messages);
}

/** What one batch adds to a reply. */
export interface Progress {
  /** Markdown that changed, where the batch brought text. */
  readonly change: MarkdownChange | undefined;
  readonly reasoning: string;
  /** The reply's version with the batch. */
  readonly version: number;
}

/** Brings a page that shows the version before the batch to the one with it, in steps that each fit onto the one before. */
export function progressSteps(
  message: { readonly id: string },
  { change, reasoning, version }: Progress,
): string {
  const parts = [
    ...(reasoning ? [append(domId(message, 'reasoning'), escapeHtml(reasoning))] : []),
    ...(change?.edits ?? []).flatMap(edit => editStreams(domId(message, 'body'), edit)),
  ];
  // A version that shows nothing new, such as a blank at the end of a line, is a version all the same.
  if (parts.length === 0) parts.push(append(domId(message, 'body'), ''));

  // Halves, quarters, eighths: other parts have no end as numbers.
  const whole = 2 ** Math.ceil(Math.log2(parts.length));
  const after = (part: number) => (part === parts.length ? version : version - 1 + part / whole);
  return parts
    .map((part, i) => turboStream({ ...part, step: { from: after(i), version: after(i + 1) } }))
    .join('');
}

/** Makes an edit in the element with this id, in actions that every Hotwire page knows. */
function editStreams(id: string, { depth, removed, added }: Edit): TurboStream[] {
  const place = `#${id}${'>:last-child'.repeat(depth)}`;
  const addition =
    depth === 0 ? append(id, added) : ({ action: 'append', targets: place, html: added } as const);
  if (removed === 0) return [addition];
  if (removed === 1 && added) return [{ action: 'replace', targets: `${place}>:last-child`, html: added }];
  const removal = { action: 'remove', targets: `${place}>:nth-last-child(-n+${removed})` } as const;
  return added ? [removal, addition] : [removal];
}

function append(target: string, html: string): TurboStream {
  return { action: 'append', target, html };
}
