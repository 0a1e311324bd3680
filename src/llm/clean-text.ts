/**
 * Makes text that comes in pieces fit to be stored and shown: no NUL (PostgreSQL refuses it), newlines as LF only, no
 * half characters. What the next piece may still change is held back until then: a CR and a high surrogate at the end.
 */
export class CleanText {
  #held = '';

  /** @returns as much clean text as is certain, perhaps none */
  push(piece: string): string {
    const text = this.#held + piece.replaceAll('\0', '');
    const certain = isOpen(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.#held = text.slice(certain);
    return clean(text.slice(0, certain));
  }

  /** @returns what was held back, now that nothing follows */
  end(): string {
    const rest = clean(this.#held);
    this.#held = '';
    return rest;
  }
}

const CARRIAGE_RETURN = 0x0d;

function isOpen(codeUnit: number): boolean {
  return codeUnit === CARRIAGE_RETURN || (codeUnit >= 0xd800 && codeUnit <= 0xdbff);
}

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').toWellFormed();
}
