/** Carries texts between the processes, to whichever listen to a channel. */
export interface Wire {
  /** Whether every server behind it can be reached. */
  readonly isReady: boolean;
  /** @returns whether a server took it; never throws */
  publish(channel: string, text: string): Promise<boolean>;
  /** @returns once the channel is in effect; `false` where it will be only later, after a gap. Never throws */
  listen(channel: string): Promise<boolean>;
  leave(channel: string): void;
  close(): void;
}

/** Those who are at the end of a wire. */
export interface Ears {
  receive(channel: string, text: string): void;
  /** The channel is in effect again, or late, and what came before may be lost. */
  renewed(channel: string): void;
  /** What could not be published before can be tried again. */
  restored(): void;
  failed(error: Error): void;
}
