import type { FastifyBaseLogger } from 'fastify';
import type { WebSocket } from 'ws';
import { type Command, type DisconnectReason, parseCommand, serverMessages } from './protocol.ts';
import { type Subscriber, Subscription, type SubscriptionDependencies } from './subscription.ts';

export interface ConnectionDependencies extends SubscriptionDependencies {
  readonly log: FastifyBaseLogger;
}

const NORMAL_CLOSURE = 1000;
/** A client that sends commands faster than they can be carried out. */
const MOST_WAITING_COMMANDS = 100;
/** A page needs a few. */
const MOST_SUBSCRIPTIONS = 100;

/** One client of the cable. Its commands are carried out one after the other. */
export class Connection implements Subscriber {
  readonly userId: string;
  readonly #deps: ConnectionDependencies;
  readonly #socket: WebSocket;
  readonly #subscriptions = new Map<string, Subscription>();
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(deps: ConnectionDependencies, socket: WebSocket, userId: string) {
    this.#deps = deps;
    this.#socket = socket;
    this.userId = userId;
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

  async #subscribe(identifier: string): Promise<void> {
    if (this.#subscriptions.has(identifier)) return;
    if (this.#subscriptions.size >= MOST_SUBSCRIPTIONS) return this.disconnect('invalid_request', false);
    const subscription = await Subscription.open(this.#deps, this, identifier);
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

  async #forget(): Promise<void> {
    this.#closed = true;
    for (const identifier of [...this.#subscriptions.keys()]) await this.#unsubscribe(identifier);
  }
}
