/** Serializes frames: all readers of one stream by one name, who are told one after the other, share one serialization. */
export class Frames {
  readonly #write: (name: string, message: string) => string;
  readonly #serialized = new Map<string, Buffer>();
  #message: string | undefined;

  /** @param write what is sent to a reader that knows the stream by this name */
  constructor(write: (name: string, message: string) => string) {
    this.#write = write;
  }

  /** What a reader gets that knows the stream by this name. */
  serialize(name: string, message: string): Buffer {
    if (this.#message !== message) {
      this.#message = message;
      this.#serialized.clear();
    }
    return this.#serialized.getOrInsertComputed(name, () => Buffer.from(this.#write(name, message)));
  }
}
