import { serverMessages } from './protocol.ts';

/** Serializes frames: all readers of one identifier, who are told one after the other, share one serialization. */
export class Frames {
  #message: string | undefined;
  readonly #serialized = new Map<string, Buffer>();

  /** What a reader gets that subscribed by this identifier. */
  serialize(identifier: string, message: string): Buffer {
    if (this.#message !== message) {
      this.#message = message;
      this.#serialized.clear();
    }
    return this.#serialized.getOrInsertComputed(identifier, () =>
      Buffer.from(serverMessages.frame(identifier, message)),
    );
  }
}
