import type { EventSourceMessage } from 'eventsource-parser/stream';
import { framedBytes } from './framed-bytes.ts';
import { BROKEN_OFF, type Listener, type Reading, UNREACHABLE } from './reading.ts';
import { whyRefused } from './why-refused.ts';

/**
 * Reads events of these names, and of the name `error`, by the browser's own reader. Left alone it would ask again after
 * every end and every cut, so it is closed at the first.
 * @param hear passes an event on to the listener, and returns whether it was the last one
 */
export function openEventSource(
  url: string,
  names: readonly string[],
  listener: Listener,
  hear: (event: EventSourceMessage) => boolean,
): Reading {
  const source = new EventSource(url);
  const end = new AbortController();
  let hasOpened = false;
  let lastId = '';

  const take = ({ type, data, lastEventId }: MessageEvent<string>) => {
    const event = type === 'message' ? undefined : type;
    listener.onEvent?.(framedBytes({ id: lastEventId === lastId ? undefined : lastEventId, event, data }));
    lastId = lastEventId;
    if (hear({ event, data })) source.close();
  };
  const giveUp = async () => {
    const isRefused = source.readyState === EventSource.CLOSED;
    source.close();
    if (!isRefused) return listener.onError(hasOpened ? BROKEN_OFF : UNREACHABLE);
    const sentence = await askWhyRefused(url, end.signal);
    if (!end.signal.aborted) listener.onError(sentence);
  };

  source.addEventListener('open', () => {
    hasOpened = true;
  });
  // What the server names `error` comes as a message; what happens to the connection, as a bare event.
  for (const name of [...names, 'error']) {
    source.addEventListener(name, event => (event instanceof MessageEvent ? take(event) : giveUp()));
  }
  return {
    close() {
      source.close();
      end.abort();
    },
  };
}

/** By then whatever refused the first is gone, and would have let this one through. */
const DOES_NOTHING = 204;

/** An EventSource hides status and body. Asked as if by a reconnect, the server refuses again, or does nothing. */
async function askWhyRefused(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers: { 'last-event-id': 'refused' }, signal }).catch(
    () => undefined,
  );
  return response && response.status !== DOES_NOTHING ? await whyRefused(response) : UNREACHABLE;
}
