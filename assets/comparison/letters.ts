/** How many letters and digits a text has: each way shows all of them, but not each the signs of Markdown. */
export function lettersIn(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
