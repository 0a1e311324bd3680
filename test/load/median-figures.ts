import type { Figure } from './figures.ts';
import { median } from './statistics.ts';

/** Of several runs, for each figure the median of what could be measured. */
export function medianFigures(runs: readonly (readonly Figure[])[]): Figure[] {
  return (runs[0] ?? []).map((figure, place) => {
    const measured = runs.flatMap(figures => figures[place]?.value ?? []);
    return { ...figure, value: measured.length > 0 ? median(measured) : undefined };
  });
}
