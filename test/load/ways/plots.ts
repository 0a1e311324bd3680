import { type Line, lineChart } from '../line-chart.ts';
import { type Measurement, WAYS, type Way } from './measurement.ts';
import { perCharacter } from './per-character.ts';

/** A picture, as a file beside the page. */
export interface Plot {
  readonly file: string;
  readonly alt: string;
  readonly svg: string;
}

const INKS: Readonly<Record<Way, string>> = {
  accumulated: 'red',
  deltas: 'blue',
  turbo: 'own',
  literal: 'grey',
};

/** The pictures that show most. */
export function plots(measured: readonly Measurement[]): Plot[] {
  const replies = measured.filter(({ load }) => load.script.kind === 'words');
  const documents = measured.filter(({ load }) => load.script.kind === 'mixed');
  const count = ({ load }: Measurement) => load.replies;
  const length = ({ load }: Measurement) => load.script.length;
  const some = [
    plot(
      'replies-latency.svg',
      'How late a token is',
      'replies at once',
      'ms, p95',
      replies,
      count,
      each => each.figures.p95Ms,
    ),
    plot(
      'replies-cpu.svg',
      'What a reply costs',
      'replies at once',
      'ms of CPU',
      replies,
      count,
      each => each.figures.cpuMs,
    ),
    plot(
      'documents-bytes.svg',
      'What a character weighs',
      'characters of the document',
      'bytes as sent, for each character',
      documents,
      length,
      each => perCharacter(each, 'wireBytes'),
    ),
    plot(
      'documents-cpu.svg',
      'What a character costs',
      'characters of the document',
      'µs of CPU, for each character',
      documents,
      length,
      each => perCharacter(each, 'cpuMs') * 1000,
    ),
  ];
  return some.flatMap(each => each ?? []);
}

function plot(
  file: string,
  title: string,
  x: string,
  y: string,
  measured: readonly Measurement[],
  valueX: (each: Measurement) => number,
  valueY: (each: Measurement) => number | undefined,
): Plot | undefined {
  const lines = WAYS.map((way): Line => {
    const points = measured
      .filter(each => each.way === way)
      .map(each => ({ x: valueX(each), y: valueY(each) ?? Number.NaN }))
      .filter(point => point.y > 0)
      .toSorted((one, other) => one.x - other.x);
    return { name: way, ink: INKS[way], points };
  }).filter(({ points }) => points.length > 1);
  if (lines.length === 0) return undefined;
  return {
    file,
    alt: `${title}: ${y}, by ${x}`,
    svg: lineChart({ title, x: { label: x }, y: { label: y }, lines }),
  };
}
