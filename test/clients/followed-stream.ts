import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.ts';

/** What a consumer asks for. */
export interface Stream {
  readonly channel: string;
  readonly signed_stream_name: string;
  /** Means nothing to the server: tells subscriptions to one stream apart. */
  readonly label?: string;
}

/** A subscription that the page's consumer made. */
export interface FollowedStream {
  /** What its callbacks were given so far, each with the callback's name. */
  told(): Promise<Told[]>;
  /** Waits until one of them was called. @returns what it was given first */
  hears(callback: string, seconds?: number): Promise<unknown>;
  /** Waits until the HTML that it was given holds this. @returns all that it was given */
  reads(text: string | RegExp): Promise<string[]>;
  perform(action: string, data?: object): Promise<void>;
  unsubscribe(): Promise<void>;
}

export type Told = readonly [callback: string, given: unknown];

/** The stream of the conversation whose page this is. */
export function streamIn(html: string): Stream {
  const name = /<turbo-cable-stream-source(?! list=)[^>]* signed-stream-name="([^"]+)"/.exec(html)?.[1];
  if (name === undefined) throw new Error('The page names no stream.');
  return { channel: 'Turbo::StreamsChannel', signed_stream_name: name };
}

/** Has the page's `window.consumer` subscribe. */
export async function follow(page: Page, stream: Stream): Promise<FollowedStream> {
  const handle = await page.evaluateHandle(stream => {
    const told: Told[] = [];
    const keep = (callback: string) => (given?: unknown) => void told.push([callback, given]);
    const callbacks = ['connected', 'disconnected', 'received', 'rejected'].map(name => [name, keep(name)]);
    const { subscriptions } = Reflect.get(window, 'consumer');
    return { told, subscription: subscriptions.create(stream, Object.fromEntries(callbacks)) };
  }, stream);

  const told = () => handle.evaluate(({ told }) => told);
  return {
    told,

    async hears(wanted, seconds) {
      const [, given] = await eventually(
        async () => (await told()).find(([callback]) => callback === wanted),
        seconds,
      );
      return given;
    },

    async reads(text) {
      return await eventually(async () => {
        const read = (await told()).flatMap(([, given]) => (typeof given === 'string' ? given : []));
        return read.some(html => (typeof text === 'string' ? html.includes(text) : text.test(html))) && read;
      });
    },

    async perform(action, data) {
      await handle.evaluate(({ subscription }, [action, data]) => void subscription.perform(action, data), [
        action,
        data,
      ] as const);
    },

    async unsubscribe() {
      await handle.evaluate(({ subscription }) => void subscription.unsubscribe());
    },
  };
}
