/** A model that a server lists. */
export interface ListedModel {
  readonly id: string;
  /** How much it takes, where the server says so. */
  readonly contextTokens?: number | undefined;
}

const FRESH_MS = 5 * 60_000;
/** A server that is being started is asked again soon, and one that is away not by every page. */
const FAILED_MS = 15_000;
/** Whoever asks first waits for the list. */
const PATIENCE_MS = 2_000;

/**
 * What a server lists, kept for some minutes and asked for once at a time. Only the first time somebody waits for it: later
 * the list from before holds until there is another, also while the server cannot say. Empty if it never could.
 */
export class ModelList {
  readonly #read: (patienceMs: number) => Promise<readonly ListedModel[]>;
  #known: readonly ListedModel[] = [];
  #first: Promise<void> | undefined;
  #freshUntil = 0;

  /** @param read asks the server, and waits no longer than it is told to */
  constructor(read: (patienceMs: number) => Promise<readonly ListedModel[]>) {
    this.#read = read;
  }

  async get(): Promise<readonly ListedModel[]> {
    if (performance.now() >= this.#freshUntil) {
      const renewed = this.#renew();
      this.#first ??= renewed;
    }
    await this.#first;
    return this.#known;
  }

  async #renew(): Promise<void> {
    this.#freshUntil = Number.POSITIVE_INFINITY;
    const models = await this.#read(PATIENCE_MS).catch(() => undefined);
    this.#known = models ?? this.#known;
    this.#freshUntil = performance.now() + (models ? FRESH_MS : FAILED_MS);
  }
}

/** Leaves out what servers list beside the models that chat, under names that tell. */
export function thatChat(models: readonly ListedModel[]): readonly ListedModel[] {
  return models.filter(({ id }) => !CANNOT_CHAT.test(id));
}

const CANNOT_CHAT =
  /embed|rerank|whisper|\btts\b|-tts|dall-e|image|moderation|transcri|realtime|audio|\bsora|\bbge-|minilm|davinci-002|babbage/i;
