import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import { verifyStreamName } from '../turbo/signed-stream-name.ts';
import { turboStream } from '../turbo/turbo-stream.ts';
import type { Audiences } from './audiences.ts';
import type { Broadcaster, Unsubscribe } from './broadcaster.ts';
import type { Channel } from './channel.ts';
import type { Frames } from './frames.ts';
import {
  type Command,
  type DisconnectReason,
  parseCatchUp,
  parseCommand,
  parseIdentifier,
  serverMessages,
} from './protocol.ts';

export interface ConnectionDependencies {
  readonly broadcaster: Broadcaster;
  readonly channel: Channel;
  readonly frames: Frames;
  readonly audiences: Audiences;
  readonly secretKey: string;
  readonly log: FastifyBaseLogger;
}

interface Subscription {
  readonly stream: string;
  readonly unsubscribe: Unsubscribe;
}

/** The only channel: turbo-stream HTML of a signed stream, as turbo-rails names it. */
const STREAMS_CHANNEL = 'Turbo::StreamsChannel';
const NORMAL_CLOSURE = 1000;
/** A client that sends commands faster than they can be carried out. */
const MOST_WAITING_COMMANDS = 100;
/** A page needs a few. */
const MOST_SUBSCRIPTIONS = 100;
/** Compressing takes memory for as long as a connection lasts, which most answers are not worth. */
const LONG_ANSWER = 1024;

/** One client of the cable. Its commands are carried out one after the other. */
export class Connection {
  readonly #deps: ConnectionDependencies;
  readonly #socket: WebSocket;
  readonly #userId: string;
  readonly #subscriptions = new Map<string, Subscription>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(deps: ConnectionDependencies, socket: WebSocket, userId: string) {
    this.#deps = deps;
    this.#socket = socket;
    this.#userId = userId;
    socket.on('message', data => this.#receive(data.toString()));
    socket.on('close', () => this.#enqueue(() => this.#forget()));
    this.send(serverMessages.welcome());
  }

  send(message: string | Buffer, compress = false): void {
    if (this.#socket.readyState === this.#socket.OPEN)
      this.#socket.send(message, { binary: false, compress });
  }

  disconnect(reason: DisconnectReason, reconnect: boolean): void {
    this.send(serverMessages.disconnect(reason, reconnect));
    this.#socket.close(NORMAL_CLOSURE);
  }

  /** Ends the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(text: string): void {
    try {
      const command = parseCommand(text);
      if (!command) return;
      if (this.#waiting >= MOST_WAITING_COMMANDS) this.disconnect('invalid_request', false);
      else this.#enqueue(() => this.#carryOut(command));
    } catch {
      this.disconnect('invalid_request', false);
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#waiting += 1;
    this.#work = this.#work
      .then(work)
      .catch(error => this.#fail(error))
      .finally(() => {
        this.#waiting -= 1;
      });
  }

  /** Without an answer the page would wait; a new connection gives it another try. */
  #fail(error: unknown): void {
    this.#deps.log.error(error, 'A command on the cable failed.');
    this.terminate();
  }

  async #carryOut(command: Command): Promise<void> {
    if (this.#closed) return;
    if (command.command === 'subscribe') await this.#subscribe(command.identifier);
    if (command.command === 'unsubscribe') await this.#unsubscribe(command.identifier);
    if (command.command === 'message') await this.#perform(command.identifier, command.data);
  }

  /** Confirms only once the broadcaster delivers: what was published before is in the rows. */
  async #subscribe(identifier: string): Promise<void> {
    if (this.#subscriptions.has(identifier)) return;
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) return this.disconnect('invalid_request', false);
    const wanted = parseIdentifier(identifier);
    const stream = wanted && verifyStreamName(this.#deps.secretKey, wanted.signedStreamName);
    const allowed = stream !== undefined && wanted?.channel === STREAMS_CHANNEL;
    if (!allowed || !(await this.#deps.channel.authorize(this.#userId, stream))) {
      return this.send(serverMessages.reject(identifier));
    }
    const { frames, audiences } = this.#deps;
    const frame = (html: string) => this.send(frames.serialize(identifier, html), audiences.areFew(stream));
    const unsubscribe = await this.#deps.broadcaster.subscribe(stream, {
      receive: frame,
      missed: () => frame(turboStream({ action: 'catch_up' })),
    });
    this.#subscriptions.set(identifier, { stream, unsubscribe });
    audiences.join(stream);
    this.send(serverMessages.confirm(identifier));
    if (wanted.digest !== undefined) await this.#refreshIfBehind(identifier, stream, wanted.digest);
  }

  /** Heals stock clients, which do not ask for a catch-up: Turbo then morphs the page from the server. */
  async #refreshIfBehind(identifier: string, stream: string, digest: string): Promise<void> {
    if ((await this.#deps.channel.digest(this.#userId, stream)) === digest) return;
    this.send(serverMessages.frame(identifier, turboStream({ action: 'refresh' })));
  }

  async #unsubscribe(identifier: string): Promise<void> {
    const subscription = this.#subscriptions.get(identifier);
    if (!subscription) return;
    this.#subscriptions.delete(identifier);
    this.#deps.audiences.leave(subscription.stream);
    await subscription.unsubscribe();
  }

  async #perform(identifier: string, data: string): Promise<void> {
    const subscription = this.#subscriptions.get(identifier);
    const seen = parseCatchUp(data);
    if (!subscription || !seen) return;
    const { stream } = subscription;
    const html = await this.#deps.channel.catchUp(this.#userId, stream, seen);
    if (html !== undefined) {
      const compress = html.length > LONG_ANSWER && this.#deps.audiences.areFew(stream);
      return this.send(serverMessages.frame(identifier, html), compress);
    }
    await this.#unsubscribe(identifier);
    this.send(serverMessages.reject(identifier));
  }

  async #forget(): Promise<void> {
    this.#closed = true;
    for (const identifier of [...this.#subscriptions.keys()]) await this.#unsubscribe(identifier);
  }
}
