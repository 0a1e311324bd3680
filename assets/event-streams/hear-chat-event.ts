import type { EventSourceMessage } from 'eventsource-parser/stream';
import type { ChatEvents } from '../../src/event-streams/events.ts';
import type { Listener } from './reading.ts';

/** Passes an event of `/chat` on to the listener. @returns whether it was the last that matters */
export function hearChatEvent({ event, data }: EventSourceMessage, listener: Listener): boolean {
  if (event === 'text') listener.onText(read<'text'>(data).text);
  if (event === 'error') listener.onError(read<'error'>(data).message);
  if (event === 'done') listener.onEnd();
  return event === 'error' || event === 'done';
}

function read<Name extends keyof ChatEvents>(data: string): ChatEvents[Name] {
  return JSON.parse(data);
}
