import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Yaml = string | number | boolean | null | readonly Yaml[] | YamlMap;
type YamlMap = { readonly [key: string]: Yaml };

/** What `!reset` leaves of what the file before says. */
const RESET = '!reset';
const RESET_TAG = { tag: RESET, collection: 'seq', resolve: () => RESET } as const;

export const composeFile = read('docker-compose.yml');
export const scaleFile = read('compose.scale.yml');
export const { web, worker, redis, ollama, 'ollama-model': ollamaModel } = mapOf(composeFile.services);

/** What Compose makes of both files. */
export const scaledOut = mapOf(merged(composeFile, scaleFile));

function read(name: string): YamlMap {
  const text = readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
  return mapOf(parse(text, { merge: true, customTags: [RESET_TAG] }));
}

/** As Compose merges two files: maps by their keys, lists one after the other, and of all else the second. */
function merged(first: Yaml | undefined, second: Yaml): Yaml {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isMap(first) || !isMap(second)) return second;
  const both = { ...first };
  for (const [key, value] of Object.entries(second)) {
    if (value === RESET) delete both[key];
    else both[key] = merged(first[key], value);
  }
  return both;
}

export function mapOf(node: Yaml | undefined): YamlMap {
  assert.ok(isMap(node), `${node} is a map`);
  return node;
}

function isMap(node: Yaml | undefined): node is YamlMap {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** What stands below these keys, one in the other. */
export function at(node: Yaml | undefined, ...keys: readonly string[]): Yaml | undefined {
  return keys.reduce<Yaml | undefined>((map, key) => mapOf(map)[key], node);
}

/** A command, in words. */
export function words(node: Yaml | undefined): readonly string[] {
  assert.ok(Array.isArray(node), `${node} is a list`);
  return node.map(String);
}

/** The text, with `${NAME:-what stands for it where it is not set}` and `${NAME:+what does where it is}` filled in. */
export function filledIn(node: Yaml | undefined, environment: Readonly<Record<string, string>> = {}): string {
  return `${node}`.replace(/\$\{(\w+):([-+])([^}]*)\}/g, (_, name, kind, other) => {
    const value = environment[name];
    if (kind === '+') return value ? other : '';
    return value || other;
  });
}
