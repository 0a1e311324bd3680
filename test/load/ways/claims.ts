import { DOCUMENT_KINDS } from '../documents.ts';
import { total } from '../statistics.ts';
import { rounded } from '../table.ts';
import { type Figures, isSame, type Measurement, type Way } from './measurement.ts';
import { ratio } from './per-character.ts';
import { nameOf } from './plan.ts';

/** What the project wants of its way, and what it came to. */
export interface Claim {
  readonly name: string;
  readonly target: string;
  readonly value: string;
  /** Under which load it came out worst. */
  readonly where?: string | undefined;
  readonly isMet: boolean;
}

/** What a figure may be at most. */
interface Bound {
  readonly sign: '<' | '≤';
  readonly limit: number;
}

/** Those for which there are figures. */
export function claims(measured: readonly Measurement[]): Claim[] {
  return [
    ...against(measured, 'deltas', 'wireBytes', 'bytes as sent, over those of deltas', {
      sign: '<',
      limit: 1,
    }),
    ...against(measured, 'deltas', 'plainBytes', 'bytes before compression, over those of deltas', {
      sign: '≤',
      limit: 2.5,
    }),
    ...against(measured, 'literal', 'plainBytes', 'bytes before compression, over those of literal', {
      sign: '≤',
      limit: 0.1,
    }),
    ...against(measured, 'literal', 'cpuMs', 'CPU of a reply, over that of literal', {
      sign: '≤',
      limit: 0.7,
    }),
    ...DOCUMENT_KINDS.flatMap(kind => aboutLength(measured, kind)),
    ...underMostReplies(measured),
  ];
}

/** How the program's way compares with another one, under the load for which it compares worst. */
function against(
  measured: readonly Measurement[],
  other: Way,
  figure: keyof Figures,
  name: string,
  bound: Bound,
): Claim[] {
  const ratios = ofTurbo(measured).flatMap(({ load, figures }) => {
    const theirs = measured.find(each => each.way === other && isSame(each.load, load));
    const value = (figures[figure] ?? Number.NaN) / (theirs?.figures[figure] ?? Number.NaN);
    return Number.isNaN(value) ? [] : [{ value, where: nameOf(load) }];
  });
  const [worst] = ratios.toSorted((one, another) => another.value - one.value);
  return worst ? [claim(name, worst.value, bound, '', worst.where)] : [];
}

/** A fence grows by lines. A list and a table are drawn anew from the last item or row, and saved whole as all are. */
function aboutLength(measured: readonly Measurement[], kind: string): Claim[] {
  const found = ratio(measured, 'turbo', kind);
  if (!found) return [];
  const bound: Bound = { sign: '≤', limit: kind === 'mixed' || kind === 'fence' ? 1.3 : 2 };
  return [
    claim(`bytes of a character, ${kind}, ${found.label}`, found.plainBytes, bound),
    claim(`CPU of a character, ${kind}, ${found.label}`, found.cpuMs, bound),
  ];
}

function underMostReplies(measured: readonly Measurement[]): Claim[] {
  const most = ofTurbo(measured)
    .filter(({ load }) => load.script.kind === 'words')
    .toSorted((one, other) => other.load.replies - one.load.replies)[0];
  const all = ofTurbo(measured).map(({ figures }) => figures.lost + figures.outOfOrder);
  if (!most) return [];
  return [
    claim(
      `token sent → frame with it, p95, ${most.load.replies} replies at once`,
      most.figures.p95Ms,
      { sign: '≤', limit: 150 },
      ' ms',
    ),
    claim('lost, or out of order, in all of it', total(all), { sign: '≤', limit: 0 }),
  ];
}

function claim(name: string, value: number, { sign, limit }: Bound, unit = '', where?: string): Claim {
  const isMet = sign === '<' ? value < limit : value <= limit;
  return { name, target: `${sign} ${limit}${unit}`, value: `${rounded(value)}${unit}`, where, isMet };
}

function ofTurbo(measured: readonly Measurement[]): Measurement[] {
  return measured.filter(({ way }) => way === 'turbo');
}
