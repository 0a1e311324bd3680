import type { Redis } from 'ioredis';
import { askWhetherThere } from './connections.ts';
import { faultOf } from './fault-of.ts';
import type { Ears, Wire } from './wire.ts';

interface Connections {
  readonly publisher: Redis;
  /** One that only listens. */
  readonly listener: Redis;
}

export interface ShardEars extends Ears {
  /** The shard does not have the channel, or no more; `isMoved` where another has it. It is not listened to here any more. */
  refused(channel: string, isMoved: boolean): void;
  /** What was published belongs to another shard. */
  misdirected(): void;
}

/** A wire over one shard of a cluster: as one over a server, but the shard may lose a channel to another. */
export function shardWire({ publisher, listener }: Connections, ears: ShardEars): Wire {
  const channels = new Set<string>();
  /** Those of the channels that the shard has confirmed on this connection. */
  const inEffect = new Set<string>();
  /** What came for channels that are being taken up: whoever listens is to hear of the gap before it. */
  const early = new Map<string, string[]>();
  const endAsking = askWhetherThere(listener, ears.failed);

  listener.on('smessage', (channel: string, text: string) => {
    const waiting = early.get(channel);
    if (waiting) waiting.push(text);
    else ears.receive(channel, text);
  });
  listener.on('ready', renew);
  // The shard has ended the subscription to a channel whose slot it gave away: ioredis says so, but not which it was.
  listener.on('moved', () => setImmediate(findLost));
  publisher.on('ready', ears.restored);

  /** What came before on a connection that is new is lost. */
  function renew(): void {
    inEffect.clear();
    for (const channel of channels) void takeUp(channel).then(isDone => isDone && ears.renewed(channel));
  }

  /** One by one: in a cluster, one command can have the channels of one slot. */
  async function takeUp(channel: string): Promise<boolean> {
    if (listener.status !== 'ready') return false;
    if (!early.has(channel)) early.set(channel, []);
    const fault = await faultOf(listener.ssubscribe(channel));
    setImmediate(passOn, channel);
    if (!channels.has(channel)) {
      if (!fault) listener.sunsubscribe(channel).catch(() => {}); // nobody listens any more
      return false;
    }
    if (!fault) inEffect.add(channel);
    else if (listener.status === 'ready') refuse(channel, fault);
    return !fault;
  }

  function passOn(channel: string): void {
    const texts = early.get(channel) ?? [];
    early.delete(channel);
    for (const text of texts) ears.receive(channel, text);
  }

  function refuse(channel: string, fault: Error): void {
    if (!isMoved(fault)) ears.failed(fault);
    forget(channel);
    ears.refused(channel, isMoved(fault));
  }

  function findLost(): void {
    const subscriptions = listener.condition?.subscriber;
    const left = new Set(subscriptions ? subscriptions.channels('ssubscribe') : []);
    for (const channel of inEffect) {
      if (left.has(channel)) continue;
      forget(channel);
      ears.refused(channel, true);
    }
  }

  function forget(channel: string): void {
    channels.delete(channel);
    inEffect.delete(channel);
  }

  return {
    get isReady() {
      return publisher.status === 'ready';
    },

    async publish(channel, text) {
      const fault = await faultOf(publisher.spublish(channel, text));
      if (fault && isMoved(fault)) ears.misdirected();
      else if (fault) ears.failed(fault);
      return !fault;
    },

    async listen(channel) {
      channels.add(channel);
      return await takeUp(channel);
    },

    leave(channel) {
      const wasInEffect = inEffect.has(channel);
      forget(channel);
      if (wasInEffect && listener.status === 'ready') listener.sunsubscribe(channel).catch(() => {}); // or it has moved
    },

    close() {
      endAsking();
      publisher.disconnect();
      listener.disconnect();
    },
  };
}

function isMoved({ message }: Error): boolean {
  return message.startsWith('MOVED ');
}
