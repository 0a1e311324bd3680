import { ACCUMULATED_END, type AccumulatedEvent } from '../../src/event-streams/events.ts';
import { openEventSource } from './open-event-source.ts';
import type { Listener, Reading } from './reading.ts';

/** Reads the reply to a single question from events that each hold the whole text so far. */
export function readAccumulated(
  question: { readonly prompt: string; readonly bot: string; readonly tab: string },
  listener: Listener,
): Reading {
  const url = `/v1/completions/live_stream?${new URLSearchParams(question)}`;
  return openEventSource(url, ['message'], listener, ({ data }) => hear(data, listener));
}

/** @returns whether it was the last event */
function hear(data: string, listener: Listener): boolean {
  if (data === ACCUMULATED_END) {
    listener.onEnd();
    return true;
  }
  const event: AccumulatedEvent = JSON.parse(data);
  if ('content' in event) listener.onText(event.content);
  else listener.onError(event.error);
  return !('content' in event);
}
