import type { Mode } from './stack.ts';

export interface Options {
  /** How often everything is measured; each figure is then the median. */
  readonly runs: number;
  readonly modes: readonly Mode[];
  /** A folder for CPU profiles. */
  readonly profiles: string | undefined;
  /** Measures less, for a first look. */
  readonly isQuick: boolean;
}

/** What came of a scenario. */
export interface Report {
  /** Tables, in Markdown. */
  readonly markdown: string;
  /** The figures themselves. */
  readonly raw: unknown;
  /** SVG by the name of the file, as the Markdown has them. */
  readonly pictures?: Readonly<Record<string, string>>;
}

/** Something that is measured and reported by itself. */
export type Scenario = (options: Options) => Promise<Report>;
