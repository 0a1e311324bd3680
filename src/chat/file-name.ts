const MOST_CHARACTERS = 80;
/** File systems take names of 255; a number and an extension follow. */
const MOST_BYTES = 200;
/** Names that Windows keeps for its devices, whatever comes after a dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;
const WITHOUT_NAME = 'Conversation';

/** A title as the name of a file, without an extension: every system takes it, and none takes it for a folder. */
export function fileName(title: string): string {
  const name = title
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ');
  const short = [...name.trim()].slice(0, MOST_CHARACTERS).join('');
  const { read } = new TextEncoder().encodeInto(short, new Uint8Array(MOST_BYTES));
  return (
    short
      .slice(0, read)
      .replace(/^[. ]+|[. ]+$/g, '')
      .replace(RESERVED, '$1_') || WITHOUT_NAME
  );
}

/** The names, told apart by a number where they are the same to a system that minds no case. */
export function namedApart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    let apart = name;
    for (let number = 2; taken.has(apart.toLowerCase()); number++) apart = `${name} (${number})`;
    taken.add(apart.toLowerCase());
    return apart;
  });
}
