/** Carries messages from whoever announces something to every process that has readers for it. */
export interface Broadcaster {
  /** Hands the message to the listeners that the channel has now, in the order of the calls. */
  publish(channel: string, message: string): Promise<void>;
  /** Resolves once the subscription is in effect: what is published from then on arrives. */
  subscribe(channel: string, listener: Listener): Promise<Unsubscribe>;
  close(): Promise<void>;
}

export type Listener = (message: string) => void;
export type Unsubscribe = () => Promise<void>;
