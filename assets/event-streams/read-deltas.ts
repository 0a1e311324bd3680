import { hearChatEvent } from './hear-chat-event.ts';
import { openEventSource } from './open-event-source.ts';
import type { ChatQuestion, Listener, Reading } from './reading.ts';

/** Reads the reply to a conversation by the browser's own reader, which can only GET: all of it stands in the URL. */
export function readDeltas({ bot, messages, tab }: ChatQuestion, listener: Listener): Reading {
  const query = new URLSearchParams({ bot, messages: JSON.stringify(messages), ...(tab && { tab }) });
  return openEventSource(`/chat?${query}`, ['text', 'done'], listener, event =>
    hearChatEvent(event, listener),
  );
}
