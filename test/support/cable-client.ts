import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import WebSocket from 'ws';
import { closeAfter } from './close-after.ts';
import { eventually } from './eventually.ts';

/** What the server sent, parsed. */
export interface Received {
  readonly type?: string;
  readonly identifier?: string;
  readonly message?: unknown;
  readonly reason?: string;
  readonly reconnect?: boolean;
}

/** An Action Cable client that keeps all that it receives. */
export class CableClient {
  readonly received: Received[] = [];
  readonly socket: WebSocket;
  /** The connection below, since it speaks Action Cable. */
  connection: Socket | undefined;
  onReceive: (received: Received) => void = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('upgrade', response => {
      this.connection = response.socket;
    });
    socket.on('message', data => {
      const received: Received = JSON.parse(data.toString());
      this.received.push(received);
      this.onReceive(received);
    });
  }

  /** Connects, and waits for the server's first word. @param compresses whether both sides may, as browsers let them */
  static async connect(
    t: TestContext,
    url: string,
    headers: Readonly<Record<string, string>> = {},
    query = '',
    compresses = true,
  ): Promise<CableClient> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/cable${query}`, ['actioncable-v1-json'], {
      headers,
      perMessageDeflate: compresses,
    });
    closeAfter(t, () => socket.terminate());
    const client = new CableClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    await client.next(() => true);
    return client;
  }

  send(command: object): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Subscribes, and waits for the answer. */
  async subscribe(identifier: string): Promise<Received> {
    this.send({ command: 'subscribe', identifier });
    return await this.next(
      ({ type, identifier: of }) => of === identifier && /_subscription$/.test(type ?? ''),
    );
  }

  catchUp(identifier: string, list: number, seen: Readonly<Record<string, number>> = {}): void {
    this.send({ command: 'message', identifier, data: JSON.stringify({ action: 'catch_up', list, seen }) });
  }

  /** Waits for something that was or will be received. */
  async next(wanted: (received: Received) => boolean): Promise<Received> {
    return await eventually(() => this.received.find(wanted));
  }

  /** All turbo-stream HTML so far. */
  get frames(): string[] {
    return this.received.flatMap(({ message }) => (typeof message === 'string' ? message : []));
  }
}

export function identifierOf(signedStreamName: string): string {
  return JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name: signedStreamName });
}
