import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Yaml = string | number | boolean | null | readonly Yaml[] | YamlMap;
type YamlMap = { readonly [key: string]: Yaml };

const TEXT = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');
export const composeFile: YamlMap = parse(TEXT, { merge: true });
export const { web, worker, redis, ollama, 'ollama-model': ollamaModel } = mapOf(composeFile.services);

export function mapOf(node: Yaml | undefined): YamlMap {
  assert.ok(typeof node === 'object' && node !== null && !Array.isArray(node), `${node} is a map`);
  return node as YamlMap;
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
