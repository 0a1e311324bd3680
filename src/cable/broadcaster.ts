/** Carries messages from whoever announces something to every process that has readers for it. */
export interface Broadcaster {
  /**
   * Hands the message to the listeners that the channel has now, in the order of the calls. Never fails: listeners
   * whom it may not have reached hear of the gap as soon as they can.
   */
  publish(channel: string, message: string): Promise<void>;
  /** Resolves once the subscription is in effect: from then on the listener hears what is published, or of the gap. */
  subscribe(channel: string, listener: Listener): Promise<Unsubscribe>;
  close(): Promise<void>;
}

export interface Listener {
  receive(message: string): void;
  /** Something may have been missed: look at the rows. */
  missed(): void;
}

export type Unsubscribe = () => Promise<void>;
