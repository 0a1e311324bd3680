import { type MarkdownChange, MarkdownStream } from '../../src/markdown/markdown-stream.ts';
import type { Pieces } from './streamed-documents.ts';

/** One change, with all that had come and all that had settled by then. */
export interface Frame extends MarkdownChange {
  readonly text: string;
  readonly allSettled: string;
}

/** Streams a text from its beginning. */
export function framesOf(pieces: Pieces): Frame[] {
  const stream = new MarkdownStream();
  let text = '';
  let allSettled = '';
  return pieces.map(piece => {
    const change = stream.append(piece);
    text += piece;
    allSettled += change.settled;
    return { ...change, text, allSettled };
  });
}
