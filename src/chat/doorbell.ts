/** Lets one who waits know that something happened; what happens while nobody waits is not forgotten. */
export class Doorbell {
  #hasRung = false;
  #answer = () => {};

  ring(): void {
    this.#hasRung = true;
    this.#answer();
  }

  /** Resolves once it has rung since the last time, at the latest after so long. */
  async wait(ms: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms);
        this.#answer = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasRung = false;
  }
}
