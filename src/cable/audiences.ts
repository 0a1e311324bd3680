/**
 * To compress a frame costs about 50 µs for each of its readers, since each connection has its own history: nothing for
 * a few, seconds for a thousand, who could be sent the same bytes instead.
 */
const FEW_READERS = 50;

/** How many clients of this process read each stream. */
export class Audiences {
  readonly #sizes = new Map<string, number>();

  join(stream: string): void {
    this.#sizes.set(stream, this.#size(stream) + 1);
  }

  leave(stream: string): void {
    const size = this.#size(stream) - 1;
    if (size > 0) this.#sizes.set(stream, size);
    else this.#sizes.delete(stream);
  }

  /** Whether so few read the stream that its frames are compressed for each of them. */
  areFew(stream: string): boolean {
    return this.#size(stream) < FEW_READERS;
  }

  #size(stream: string): number {
    return this.#sizes.get(stream) ?? 0;
  }
}
