import { EventSourceParserStream } from 'eventsource-parser/stream';
import { framedBytes } from './framed-bytes.ts';
import { hearChatEvent } from './hear-chat-event.ts';
import { BROKEN_OFF, type ChatQuestion, type Listener, type Reading, UNREACHABLE } from './reading.ts';
import { whyRefused } from './why-refused.ts';

/** Reads the reply to a conversation that is posted, however long it is; the browser's own reader cannot post. */
export function postForDeltas(question: ChatQuestion, listener: Listener): Reading {
  const end = new AbortController();
  void read(question, listener, end.signal);
  return { close: () => end.abort() };
}

async function read(question: ChatQuestion, listener: Listener, signal: AbortSignal): Promise<void> {
  const response = await post(question, signal).catch(() => undefined);
  if (signal.aborted) return;
  if (!response) return listener.onError(UNREACHABLE);
  if (!response.ok || !response.body) return refuse(response, listener, signal);

  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  for (;;) {
    const next = await events.read().catch(() => undefined);
    if (signal.aborted) return;
    if (!next || next.done) return listener.onError(BROKEN_OFF);
    listener.onEvent?.(framedBytes(next.value));
    if (hearChatEvent(next.value, listener)) return;
  }
}

function post(question: ChatQuestion, signal: AbortSignal): Promise<Response> {
  return fetch('/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(question),
    signal,
  });
}

async function refuse(response: Response, listener: Listener, signal: AbortSignal): Promise<void> {
  const sentence = await whyRefused(response);
  if (!signal.aborted) listener.onError(sentence);
}
