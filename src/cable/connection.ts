import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import { logLevelOf } from '../errors.ts';
import { closeInTime } from './goodbye.ts';
import {
  type Command,
  type DisconnectReason,
  LARGEST_COMMAND_BYTES,
  parseCommand,
  serverMessages,
} from './protocol.ts';
import type { Reader } from './readers.ts';
import { MOST_WAITING_BYTES } from './slow-readers.ts';
import {
  type Client,
  SocketSubscription,
  type SocketSubscriptionDependencies,
} from './socket-subscription.ts';

export interface ConnectionDependencies extends SocketSubscriptionDependencies {
  readonly log: FastifyBaseLogger;
}

/** A client that sends commands faster than they can be carried out. */
const MOST_WAITING_COMMANDS = 100;
/** More than can still arrive of a client that is not listened to, but for what it has compressed to do harm. */
const MOST_WAITING_COMMAND_BYTES = 4 * LARGEST_COMMAND_BYTES;
/** A page needs a few. */
const MOST_SUBSCRIPTIONS = 100;

/** One client of the cable. Its commands are carried out one after the other. */
export class Connection implements Client, Reader {
  readonly userId: string;
  readonly #deps: ConnectionDependencies;
  readonly #socket: WebSocket;
  readonly #subscriptions = new Map<string, SocketSubscription>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #waitingBytes = 0;
  /** Resolves when the client has taken all that waits for it; there is one only while that is too much. */
  #drained: PromiseWithResolvers<void> | undefined;
  #closed = false;
  readonly #ended = Promise.withResolvers<void>();

  constructor(deps: ConnectionDependencies, socket: WebSocket, userId: string) {
    this.#deps = deps;
    this.#socket = socket;
    this.userId = userId;
    socket.on('message', data => this.#receive(data.toString()));
    socket.on('ping', data => this.#pong(data));
    socket.on('close', () => this.#close());
    this.send(serverMessages.welcome());
  }

  /** Resolves when the client has left, and nothing is done for it any more. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether more waits for the client than it should. */
  get isBackedUp(): boolean {
    return this.#drained !== undefined;
  }

  send(message: string | Buffer, compress = false): void {
    if (!this.#isOpen) return;
    this.#socket.send(message, { binary: false, compress }, this.#taken);
    this.#noticeBackingUp();
  }

  #pong(data: Buffer): void {
    if (!this.#isOpen) return;
    this.#socket.pong(data, false, this.#taken);
    this.#noticeBackingUp();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #noticeBackingUp(): void {
    if (this.#drained || this.#socket.bufferedAmount <= MOST_WAITING_BYTES) return;
    this.#drained = Promise.withResolvers();
    this.#pauseOrResume();
  }

  /** One for all that is sent, so that whatever is taken last is noticed. */
  readonly #taken = (): void => {
    if (!this.#drained || this.#socket.bufferedAmount > 0) return;
    this.#drained.resolve();
    this.#drained = undefined;
    this.#pauseOrResume();
    for (const subscription of this.#subscriptions.values()) subscription.drained();
  };

  /** Who takes no answers, or asks faster than can be answered, is not listened to for now. */
  #pauseOrResume(): void {
    if (this.isBackedUp || this.#waitingBytes > LARGEST_COMMAND_BYTES) this.#socket.pause();
    else this.#socket.resume();
  }

  ping(now: number): void {
    if (!this.isBackedUp) this.send(serverMessages.ping(now));
  }

  sendAway(): void {
    this.disconnect('server_restart', true);
  }

  disconnect(reason: DisconnectReason, reconnect: boolean): void {
    this.send(serverMessages.disconnect(reason, reconnect));
    closeInTime(this.#socket);
  }

  #receive(text: string): void {
    if (!this.#isOpen) return;
    try {
      const command = parseCommand(text);
      if (!command) return;
      if (this.#isFlooded) this.disconnect('invalid_request', false);
      else this.#enqueue(() => this.#carryOut(command), Buffer.byteLength(text));
    } catch {
      this.disconnect('invalid_request', false);
    }
  }

  get #isFlooded(): boolean {
    return this.#waiting >= MOST_WAITING_COMMANDS || this.#waitingBytes > MOST_WAITING_COMMAND_BYTES;
  }

  #enqueue(work: () => Promise<void>, bytes = 0): void {
    this.#waiting += 1;
    this.#waitingBytes += bytes;
    this.#pauseOrResume();
    this.#work = this.#work
      .then(work)
      .catch(error => this.#fail(error))
      .finally(() => {
        this.#waiting -= 1;
        this.#waitingBytes -= bytes;
        this.#pauseOrResume();
      });
  }

  /** Without an answer the page would wait; a new connection gives it another try. */
  #fail(error: unknown): void {
    this.#deps.log[logLevelOf(error)](error, 'A command on the cable failed.');
    this.#socket.terminate();
  }

  async #carryOut(command: Command): Promise<void> {
    await this.#drained?.promise;
    if (this.#closed) return;
    if (command.command === 'subscribe') await this.#subscribe(command.identifier);
    if (command.command === 'unsubscribe') await this.#unsubscribe(command.identifier);
    if (command.command === 'message') await this.#perform(command.identifier, command.data);
  }

  async #subscribe(identifier: string): Promise<void> {
    if (this.#subscriptions.has(identifier)) return;
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) return this.disconnect('invalid_request', false);
    const subscription = await SocketSubscription.open(this.#deps, this, identifier);
    if (!subscription) return this.send(serverMessages.reject(identifier));
    this.#subscriptions.set(identifier, subscription);
    await subscription.refreshIfBehind();
  }

  async #unsubscribe(identifier: string): Promise<void> {
    const subscription = this.#subscriptions.get(identifier);
    this.#subscriptions.delete(identifier);
    await subscription?.end();
  }

  async #perform(identifier: string, data: string): Promise<void> {
    const subscription = this.#subscriptions.get(identifier);
    if (!subscription || (await subscription.perform(data))) return;
    await this.#unsubscribe(identifier);
    this.send(serverMessages.reject(identifier));
  }

  /** What was still to be carried out is not any more. */
  #close(): void {
    this.#closed = true;
    this.#drained?.resolve();
    this.#enqueue(() => this.#forget());
  }

  async #forget(): Promise<void> {
    for (const identifier of [...this.#subscriptions.keys()]) await this.#unsubscribe(identifier);
    this.#ended.resolve();
  }
}
