import type { WholeConversation } from '../models/whole-conversation.ts';
import type { Bot, Conversation, MessageRow } from '../schema.ts';

/** The conversation with all its branches as JSON, in the shape that `docs/export.md` describes. */
export function exportAsJson({ conversation, messages, bots }: WholeConversation): string {
  const exported = {
    format: 'parley-conversation',
    version: 1,
    ...headOf(conversation),
    bots: bots.map(botOf),
    messages: messages.map(messageOf),
  };
  return `${JSON.stringify(exported, null, 2)}\n`;
}

function headOf({ id, title, ...conversation }: Conversation): object {
  return {
    id,
    title,
    created_at: timeOf(conversation.created_at),
    updated_at: timeOf(conversation.updated_at),
    archived_at: timeOf(conversation.archived_at),
    pinned_at: timeOf(conversation.pinned_at),
    shown_leaf_id: conversation.leaf_id,
  };
}

function botOf({
  id,
  name,
  tagline,
  colour,
  emoji,
  instructions,
  model,
  temperature,
  max_tokens,
}: Bot): object {
  return { id, name, tagline, colour, emoji, instructions, model, temperature, max_tokens };
}

function messageOf({ id, parent_id, role, ...message }: MessageRow): object {
  return {
    id,
    parent_id,
    role,
    bot_id: message.bot_id,
    status: message.status,
    content: message.content,
    reasoning: message.reasoning,
    note: message.note,
    rating: message.rating,
    model: message.model,
    prompt_tokens: message.prompt_tokens,
    completion_tokens: message.completion_tokens,
    created_at: timeOf(message.created_at),
    started_at: timeOf(message.started_at),
    finished_at: timeOf(message.finished_at),
  };
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
