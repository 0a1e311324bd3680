import type { Figure } from './figures.ts';

/** The same figures of one scenario, measured in several ways. */
export interface Comparison {
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly figures: readonly Figure[] }[];
}

/** Draws it as a table in Markdown. */
export function table({ title, columns }: Comparison): string {
  const names = [...new Set(columns.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  const rows = names.map(name => {
    const found = columns.map(({ figures }) => figures.find(figure => figure.name === name));
    const [first] = found.filter(figure => figure !== undefined);
    return [name, target(first), ...found.map(value)];
  });
  return `### ${title}\n\n${grid([['', 'target', ...columns.map(({ name }) => name)], ...rows])}\n`;
}

function target(figure: Figure | undefined): string {
  return figure?.target === undefined ? '' : `≤ ${figure.target} ${figure.unit}`.trim();
}

function value(figure: Figure | undefined): string {
  if (!figure) return '';
  if (figure.value === undefined || Number.isNaN(figure.value)) return 'not measured';
  return `${rounded(figure.value)} ${figure.unit}`.trim();
}

/** With as many digits as say something. */
export function rounded(number: number): string {
  const size = Math.abs(number);
  return number.toLocaleString('en', { maximumFractionDigits: size < 1 ? 2 : size < 10 ? 1 : 0 });
}

/** Draws rows as a table in Markdown; the first is its head, and the first column the words. */
export function grid([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map(row => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [head, rule, ...rows].map(line).join('\n');
}
