import { escapeHtml } from '../../src/turbo/escape-html.ts';

/** Lines over two logarithmic axes. */
export interface LineChart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

interface Axis {
  readonly label: string;
}

export interface Line {
  readonly name: string;
  /** A class of the style sheet below. */
  readonly ink: string;
  readonly points: readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Scale = (value: number) => number;

const WIDTH = 720;
const HEIGHT = 380;
const LEFT = 64;
const RIGHT = 600;
const TOP = 52;
const BOTTOM = 324;
/** Between the names at the ends of the lines. */
const LINE_HEIGHT = 17;
const MOST_TICKS = 9;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #45484f }
g text, circle { fill: var(--ink) }
.title { font-size: 15px; font-weight: 600; fill: #1d1f24 }
.grid { stroke: #dcdee3; stroke-width: 1 }
.line { fill: none; stroke: var(--ink); stroke-width: 2 }
.own .line { stroke-width: 3 }
.own text { font-weight: 600 }
.own { --ink: #2557c7 } .blue { --ink: #0c7f8c } .red { --ink: #b3541e } .grey { --ink: #85569c }
@media (prefers-color-scheme: dark) {
  text { fill: #b4b8c0 } .title { fill: #eceef2 } .grid { stroke: #3a3d44 }
  .own { --ink: #86a9ff } .blue { --ink: #55c3cf } .red { --ink: #eb9a63 } .grey { --ink: #c79ade }
}`;

/** Draws it as SVG, for light pages and dark ones. */
export function lineChart({ title, x, y, lines }: LineChart): string {
  const points = lines.flatMap(line => line.points);
  const xs = points.map(point => point.x);
  const ys = points.map(point => point.y);
  const scaleX = logScale(Math.min(...xs), Math.max(...xs), LEFT, RIGHT);
  const [least, most] = [Math.min(...ys) / 1.3, Math.max(...ys) * 1.3];
  const scaleY = logScale(least, most, BOTTOM, TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style>`,
    text({ x: 12, y: 22, className: 'title' }, title),
    text({ x: 12, y: 42 }, y.label),
    text({ x: (LEFT + RIGHT) / 2, y: HEIGHT - 10, anchor: 'middle' }, x.label),
    ...ticks(least, most).map(value => gridLine(scaleY(value), value)),
    ...[...new Set(xs)].map(value =>
      text({ x: scaleX(value), y: BOTTOM + 20, anchor: 'middle' }, number(value)),
    ),
    ...drawLines(lines, scaleX, scaleY),
    '</svg>\n',
  ].join('\n');
}

function drawLines(lines: readonly Line[], scaleX: Scale, scaleY: Scale): string[] {
  const ends = lines.map(({ points }) => scaleY(points.at(-1)?.y ?? 1));
  const labels = apart(ends);
  return lines.map(({ name, ink, points }, place) => {
    const drawn = points.map(point => [scaleX(point.x), scaleY(point.y)].map(round) as [number, number]);
    const dots = drawn.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5"/>`).join('');
    const end = drawn.at(-1)?.[0] ?? RIGHT;
    const label = text({ x: end + 10, y: (labels[place] ?? 0) + 4 }, name);
    return `<g class="${ink}"><polyline class="line" points="${drawn.join(' ')}"/>${dots}${label}</g>`;
  });
}

/** Moves what is too near to the one above down, in the order from above. */
function apart(places: readonly number[]): number[] {
  const moved = [...places];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of places
    .map((_, index) => index)
    .toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0))) {
    last = Math.max(places[index] ?? 0, last + LINE_HEIGHT);
    moved[index] = last;
  }
  return moved;
}

function gridLine(y: number, value: number): string {
  const line = `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${round(y)}" y2="${round(y)}"/>`;
  return line + text({ x: LEFT - 8, y: y + 4, anchor: 'end' }, number(value));
}

/** Round numbers between the two: 1, 2, 5, 10 and so on, or powers of ten where those are too many. */
function ticks(least: number, most: number): number[] {
  const decades = Array.from({ length: 16 }, (_, place) => 10 ** (place - 6));
  const within = (value: number) => value >= least && value <= most;
  const fine = decades.flatMap(decade => [decade, 2 * decade, 5 * decade]).filter(within);
  return fine.length <= MOST_TICKS ? fine : decades.filter(within);
}

function logScale(least: number, most: number, from: number, to: number): Scale {
  const span = Math.log(most / least) || 1;
  return value => from + (Math.log(value / least) / span) * (to - from);
}

function text(
  { x, y, anchor, className }: { x: number; y: number; anchor?: string; className?: string },
  content: string,
): string {
  const attributes = `${anchor ? ` text-anchor="${anchor}"` : ''}${className ? ` class="${className}"` : ''}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapeHtml(content)}</text>`;
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
