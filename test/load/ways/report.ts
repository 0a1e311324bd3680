import { DOCUMENT_KINDS } from '../documents.ts';
import type { Report } from '../scenario.ts';
import { grid, rounded } from '../table.ts';
import { claims } from './claims.ts';
import { type Load, type Measurement, WAYS } from './measurement.ts';
import { perCharacter, ratio } from './per-character.ts';
import { plots } from './plots.ts';

/** Tables and pictures of what was measured. */
export function reportOf(measured: readonly Measurement[]): Report {
  const pictures = plots(measured);
  const shown = Object.values(pictures).map(({ file, alt }) => `![${alt}](benchmarks/${file})`);
  const sections = [
    '### Targets',
    claimTable(measured),
    besides(measured),
    ...shown,
    ...replySections(measured.filter(({ load }) => load.script.kind === 'words')),
    ...documentSections(measured.filter(({ load }) => load.script.kind !== 'words')),
  ];
  return {
    markdown: `${sections.join('\n\n')}\n`,
    raw: measured,
    pictures: Object.fromEntries(pictures.map(({ file, svg }) => [file, svg])),
  };
}

function claimTable(measured: readonly Measurement[]): string {
  const rows = claims(measured).map(({ name, target, value, where, isMet }) => [
    name,
    target,
    `${value}${where ? ` (${where})` : ''}`,
    isMet ? 'met' : 'missed',
  ]);
  return grid([['', 'target', 'measured, where it is worst', ''], ...rows]);
}

function besides(measured: readonly Measurement[]): string {
  const most = (share: 'loadShare' | 'otherShare') =>
    rounded(Math.max(...measured.map(({ figures }) => figures[share] ?? Number.NaN)));
  return `Meanwhile the load took ${most('loadShare')} % of a core at most, and anything else on the machine ${most('otherShare')} %.`;
}

function replySections(measured: readonly Measurement[]): string[] {
  const [first] = measured;
  if (!first) return [];
  const { length, perSecond } = first.load.script;
  const late = measured.map(each => [
    ...labels(each, String(each.load.replies)),
    ...[each.figures.firstTokenMs, each.figures.p50Ms, each.figures.p95Ms, each.figures.p99Ms].map(
      milliseconds,
    ),
    String(each.figures.outOfOrder),
    String(each.figures.lost),
  ]);
  const costs = measured.map(each => [
    ...labels(each, String(each.load.replies)),
    ...sizeCells(each),
    ...costCells(each),
    ...[each.figures.webCpuMs, each.figures.workerCpuMs, each.figures.redisCpuMs].map(milliseconds),
  ]);
  return [
    `### Replies of ${length} tokens at ${perSecond}/s: how late the words are`,
    grid([['replies', 'way', 'first token', 'p50', 'p95', 'p99', 'out of order', 'lost'], ...late]),
    `### Replies of ${length} tokens at ${perSecond}/s: what one costs`,
    grid([['replies', 'way', ...SIZE_HEADS, ...COST_HEADS, 'web', 'worker', 'Redis'], ...costs]),
  ];
}

function documentSections(measured: readonly Measurement[]): string[] {
  const tables = DOCUMENT_KINDS.flatMap(kind => {
    const ofKind = measured.filter(({ load }) => load.script.kind === kind);
    const [first] = ofKind;
    if (!first) return [];
    const rows = ofKind.map(each => [
      ...labels(each, rounded(each.load.script.length)),
      milliseconds(each.figures.p95Ms),
      ...sizeCells(each),
      ...costCells(each),
      rounded(perCharacter(each, 'plainBytes')),
      rounded(perCharacter(each, 'wireBytes')),
      `${rounded(perCharacter(each, 'cpuMs') * 1000)} µs`,
      String(each.figures.outOfOrder + each.figures.lost),
    ]);
    const heads = ['bytes/char.', 'sent/char.', 'CPU/char.', 'lost or out of order'];
    return [
      `### ${titleOf(first.load)}`,
      grid([['characters', 'way', 'p95', ...SIZE_HEADS, ...COST_HEADS, ...heads], ...rows]),
    ];
  });
  return [...tables, ...ratioSection(measured)];
}

/** Whether the cost of a character depends on how long the text is. */
function ratioSection(measured: readonly Measurement[]): string[] {
  const kinds = DOCUMENT_KINDS.filter(kind => measured.some(({ load }) => load.script.kind === kind));
  const rows = kinds.flatMap(kind =>
    WAYS.map(way => ({ kind, way, of: ratio(measured, way, kind) })).flatMap(({ kind, way, of }) =>
      of ? [[kind, way, of.label, ...[of.plainBytes, of.wireBytes, of.cpuMs].map(rounded)]] : [],
    ),
  );
  const heads = ['document', 'way', 'lengths', 'bytes', 'as sent', 'CPU'];
  return rows.length > 0
    ? ['### A character of a long document, over one of a shorter', grid([heads, ...rows])]
    : [];
}

const SIZE_HEADS = ['frames', 'bytes', 'as sent', 'gzipped'];

function sizeCells({ figures }: Measurement): string[] {
  return [
    rounded(figures.frames),
    ...[figures.plainBytes, figures.wireBytes, figures.gzippedBytes].map(kilobytes),
  ];
}

const COST_HEADS = ['memory', 'writes', 'CPU'];

function costCells({ figures }: Measurement): string[] {
  const memory = figures.kilobytes === undefined ? '' : `${rounded(figures.kilobytes / 1000)} MB`;
  return [memory, rounded(figures.writes), milliseconds(figures.cpuMs)];
}

function labels({ way }: Measurement, load: string): string[] {
  return [load, way];
}

function titleOf({ replies, script }: Load): string {
  const what =
    script.kind === 'mixed' ? 'Documents of mixed Markdown' : `Documents that are one ${script.kind}`;
  return `${what}, ${replies} at once, ${script.perSecond} tokens/s`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : `${rounded(value)} ms`;
}

function kilobytes(bytes: number | undefined): string {
  return bytes === undefined || Number.isNaN(bytes) ? '' : `${rounded(bytes / 1000)} kB`;
}
