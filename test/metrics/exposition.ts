/** What a process answers to `GET /metrics`, read. */
export interface Exposition {
  /** What the metrics are, by their names. */
  readonly types: ReadonlyMap<string, string>;
  /** A sample's value, by its name and exactly these labels; `undefined` where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Reads Prometheus' text format. @throws at a line that is none of it */
export function readExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, about, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
    if (about && type) types.set(about, type);
    if (line.startsWith('#')) continue;
    const [, name = '', labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (value === undefined) throw new Error(`This is no sample: ${line}`);
    samples.set(keyOf(name, labelsIn(labels)), Number(value));
  }
  return { types, value: (name, labels = {}) => samples.get(keyOf(name, labels)) };
}

function labelsIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).toSorted()]);
}
