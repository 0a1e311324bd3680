import type { WholeConversation } from '../models/whole-conversation.ts';
import type { MessageRow } from '../schema.ts';

/** The conversation as it is shown, as a Markdown document: what was said, by whom and when. */
export function exportAsMarkdown({ conversation, messages, bots }: WholeConversation): string {
  const names = new Map(bots.map(({ id, name }) => [id, name]));
  const parts = shownPath(messages, conversation.leaf_id).map(message =>
    [headingOf(message, names.get(message.bot_id ?? '')), message.content.trim(), outcomeOf(message)]
      .filter(Boolean)
      .join('\n\n'),
  );
  return `${[`# ${escaped(conversation.title)}`, ...parts].join('\n\n')}\n`;
}

/** Oldest first. */
function shownPath(messages: readonly MessageRow[], leafId: string | null): MessageRow[] {
  const byId = new Map(messages.map(message => [message.id, message]));
  const path: MessageRow[] = [];
  for (let message = byId.get(leafId ?? ''); message; message = byId.get(message.parent_id ?? '')) {
    path.unshift(message);
  }
  return path;
}

function headingOf({ role, created_at }: MessageRow, botName = 'Bot'): string {
  const when = `${new Date(created_at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `## ${role === 'user' ? 'You' : escaped(botName)} · ${when}`;
}

const OUTCOMES: Partial<Record<MessageRow['status'], string>> = {
  pending: 'Not written yet.',
  streaming: 'Still being written.',
  stopped: 'Stopped.',
};

/** Why a reply is not whole. */
function outcomeOf({ status, note }: MessageRow): string {
  const outcome = [OUTCOMES[status], note].filter(Boolean).join(' ');
  return outcome && `*${escaped(outcome)}*`;
}

/** A text as it is, on one line, though Markdown would take some of it for more. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>~#|]/g, '\\$&');
}
