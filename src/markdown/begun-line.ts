/**
 * The signs of a line that may still become anything: `-` an item, a rule, or an underline that makes a heading of the
 * text before it; `**` emphasis; `1.` an item; three backticks a fence of whose language not all is said.
 */
const BEGUN_LINE =
  /^[ \t>]*(?:[-+*_=#~`|:>$\\][-+*_=#~`|:>$\\ \t]*|\d{1,9}[.)]?[ \t]*|(?:`{3,}|~{3,})[^`]*)?$/;

/** A text that grows, without its last line as long as that holds nothing but such signs: it would be drawn to be changed. */
export function withoutBegunLine(text: string): string {
  const start = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
  return BEGUN_LINE.test(text.slice(start)) ? text.slice(0, start) : text;
}
