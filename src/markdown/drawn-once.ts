/** How many characters are kept at most, of texts and of what was drawn of them. */
const MOST_CHARACTERS = 8_000_000;

/** Draws a text in some manner; `undefined` where it cannot be drawn. */
type Draw = (text: string, manner: string) => string | undefined;

/** Remembers what was drawn lately, since drawing it is dear and pages show the same texts again and again. */
export function drawnOnce(draw: Draw): Draw {
  const drawn = new Map<string, string | undefined>();
  let characters = 0;

  const forget = (key: string) => {
    characters -= key.length + (drawn.get(key)?.length ?? 0);
    drawn.delete(key);
  };

  return (text, manner) => {
    const key = `${manner} ${text}`;
    const html = drawn.has(key) ? drawn.get(key) : draw(text, manner);
    if (drawn.has(key)) forget(key);
    // A map keeps the order in which keys were set: the first one was not asked for the longest.
    drawn.set(key, html);
    characters += key.length + (html?.length ?? 0);
    for (const oldest of drawn.keys()) {
      if (characters <= MOST_CHARACTERS) break;
      forget(oldest);
    }
    return html;
  };
}
