import type { Figures, Measurement, Way } from './measurement.ts';

export type Cost = 'plainBytes' | 'wireBytes' | 'cpuMs';

/** What a character of a long document costs, in parts of what one of a shorter does. */
export interface Ratio extends Readonly<Record<Cost, number>> {
  /** Which lengths. */
  readonly label: string;
}

export function perCharacter({ figures }: { readonly figures: Figures }, cost: Cost): number {
  return (figures[cost] ?? Number.NaN) / figures.characters;
}

/** Of the two longest documents of the kind, where there are two and the shorter is no trifle. */
export function ratio(measured: readonly Measurement[], way: Way, kind: string): Ratio | undefined {
  const [shorter, longest] = measured
    .filter(each => each.way === way && each.load.script.kind === kind)
    .toSorted((one, other) => one.figures.characters - other.figures.characters)
    .slice(-2);
  if (!shorter || !longest || shorter.load.script.length < 5_000) return undefined;
  const of = (cost: Cost) => perCharacter(longest, cost) / perCharacter(shorter, cost);
  const lengths = [longest, shorter].map(({ load }) => load.script.length.toLocaleString('en'));
  return {
    label: lengths.join(' : '),
    plainBytes: of('plainBytes'),
    wireBytes: of('wireBytes'),
    cpuMs: of('cpuMs'),
  };
}
