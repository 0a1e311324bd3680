import { type Definitions, renderBlocks } from './render-markdown.ts';

/** Draws the settled part of a text that grows; each block once, when it has settled. */
export class SettledText {
  readonly #definitions: Definitions = {};
  #length = 0;
  #html = '';

  /** All that was drawn. */
  get html(): string {
    return this.#html;
  }

  /** @returns the HTML of what has settled since the last time */
  draw(content: string, settledLength: number): string {
    const added = renderBlocks(content.slice(this.#length, settledLength), this.#definitions);
    this.#length = settledLength;
    this.#html += added;
    return added;
  }
}
