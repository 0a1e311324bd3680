/** What the upstream is to say. */
export interface Script {
  readonly words: number;
  readonly perSecond: number;
}

/** The question that makes the upstream say so. */
export function questionFor({ words, perSecond }: Script): string {
  return `Please say ${words} words, ${perSecond} a second.`;
}

/** @returns `undefined` for any other question, which gets a short answer */
export function scriptFrom(question: string): Script | undefined {
  const [, words, perSecond] = /say (\d+) words, (\d+) a second/.exec(question) ?? [];
  return words && perSecond ? { words: Number(words), perSecond: Number(perSecond) } : undefined;
}
