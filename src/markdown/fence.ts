import type { Token } from 'markdown-it';

/** Whether the line that ends a fence has come. */
export function isClosedFence({ content, map }: Token): boolean {
  const [start, end] = map ?? [0, 0];
  const linesInside = content.split('\n').length - (/(?:^|\n)$/.test(content) ? 1 : 0);
  return linesInside < end - start - 1;
}
