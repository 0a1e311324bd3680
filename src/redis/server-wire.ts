import type { Redis } from 'ioredis';
import { askWhetherThere } from './connections.ts';
import { faultOf } from './fault-of.ts';
import type { Ears, Wire } from './wire.ts';

interface Connections {
  readonly publisher: Redis;
  /** One that only listens. */
  readonly listener: Redis;
}

/** A wire over one server. It listens on one connection, and takes all channels up again when that was lost. */
export function serverWire({ publisher, listener }: Connections, ears: Ears): Wire {
  const channels = new Set<string>();
  const endAsking = askWhetherThere(listener, ears.failed);

  listener.on('message', ears.receive);
  listener.on('ready', () => void renew());
  publisher.on('ready', ears.restored);

  /** What came before on a connection that is new is lost. */
  async function renew(): Promise<void> {
    const renewed = [...channels];
    if (renewed.length === 0 || !(await takeUp(renewed))) return;
    for (const channel of renewed) ears.renewed(channel);
  }

  /** Where the connection is lost, the next one renews. */
  async function takeUp(some: readonly string[]): Promise<boolean> {
    if (listener.status !== 'ready') return false;
    return await succeeds(listener.subscribe(...some));
  }

  async function succeeds(command: Promise<unknown>): Promise<boolean> {
    const fault = await faultOf(command);
    if (fault) ears.failed(fault);
    return !fault;
  }

  return {
    get isReady() {
      return publisher.status === 'ready';
    },
    publish: async (channel, text) => await succeeds(publisher.publish(channel, text)),
    async listen(channel) {
      channels.add(channel);
      return await takeUp([channel]);
    },
    leave(channel) {
      channels.delete(channel);
      if (listener.status === 'ready') void succeeds(listener.unsubscribe(channel));
    },
    close() {
      endAsking();
      publisher.off('ready', ears.restored);
      listener.disconnect();
    },
  };
}
