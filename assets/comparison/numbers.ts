/** A number for the reader, with as many decimals as mean something; a dash where there is none. */
export function inWords(number: number | undefined, unit = ''): string {
  if (number === undefined) return '–';
  const maximumFractionDigits = number > 0 && number < 10 && !Number.isInteger(number) ? 1 : 0;
  return `${number.toLocaleString('en', { maximumFractionDigits })}${unit && ` ${unit}`}`;
}

export function milliseconds(ms: number | undefined): string {
  return inWords(ms, 'ms');
}

export function bytes(count: number | undefined): string {
  return count === undefined || count < 1000 ? inWords(count, 'bytes') : inWords(count / 1000, 'kB');
}
