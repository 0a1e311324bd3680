/** The server pings every 3 s, so what has been silent for longer has missed two. */
export const SILENCE_MS = 7_000;

/** When something was heard last, by the clock on the wall, which goes on while a computer sleeps. */
export class SignsOfLife {
  #heardAt = Date.now();

  hear(): void {
    this.#heardAt = Date.now();
  }

  get haveStopped(): boolean {
    return Date.now() - this.#heardAt > SILENCE_MS;
  }
}
