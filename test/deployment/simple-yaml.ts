export type Yaml = string | null | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly key: string;
  readonly anchor: string | undefined;
  readonly value: string;
}

/**
 * Reads the plain YAML that our own files keep to: maps by indentation, scalars, lists in brackets, comments on lines of
 * their own, anchors and merges. Scalars stay strings; a key without anything is `null`.
 * @throws at a line that is anything else
 */
export function parseSimpleYaml(text: string): { readonly [key: string]: Yaml } {
  const lines = text
    .split('\n')
    .filter(line => !/^\s*(#|$)/.test(line))
    .map(lineFrom);
  const anchors = new Map<string, Yaml>();

  function mapAt(indent: number): { readonly [key: string]: Yaml } {
    const map: Record<string, Yaml> = {};
    while (lines[0]?.indent === indent) {
      const { key, anchor, value } = lines.shift() as Line;
      const nested = (lines[0]?.indent ?? 0) > indent;
      const node = value === '' && nested ? mapAt(lines[0]?.indent ?? 0) : scalarOrList(value);
      if (anchor) anchors.set(anchor, node);
      if (key === '<<') Object.assign(map, anchors.get(value.slice(1)));
      else map[key] = node;
    }
    return map;
  }

  const map = mapAt(0);
  if (lines.length > 0) throw new Error(`Not where it belongs: ${lines[0]?.key}`);
  return map;
}

function lineFrom(line: string): Line {
  const [, spaces = '', key, anchor, value = ''] =
    /^( *)([\w.<-]+):(?: &([\w-]+))?(?: +(.*))?$/.exec(line) ?? [];
  if (key === undefined) throw new Error(`This is no plain YAML: ${line}`);
  return { indent: spaces.length, key, anchor, value };
}

function scalarOrList(value: string): Yaml {
  if (value === '') return null;
  const list = /^\[(.*)\]$/.exec(value)?.[1];
  return list === undefined ? scalar(value) : list.split(', ').map(scalar);
}

function scalar(text: string): string {
  const quoted = /^'([^']*)'$/.exec(text)?.[1];
  if (quoted === undefined && /^[^\w*./-]|: | #/.test(text))
    throw new Error(`This is no plain scalar: ${text}`);
  return quoted ?? text;
}
