import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';

interface Rule {
  /** The modules whose values and types it may import, beside its own files and the vocabulary. */
  readonly uses: readonly string[];
  /** Those of which it may import types, and nothing else. */
  readonly knows?: readonly string[];
}

/** What everybody may speak of: the names of the columns, and what a person can be refused. */
const VOCABULARY = ['src/errors.ts', 'src/schema.ts'];

const FOUNDATIONS = ['src/config.ts', 'src/turbo', 'src/markdown'];

/** Who may import whom, from the bottom up. What stands in no row may be imported by nobody, and may not exist. */
const RULES: Readonly<Record<string, Rule>> = {
  'src/errors.ts': { uses: [] },
  'src/schema.ts': { uses: [] },
  'src/settings.ts': { uses: [] },
  'src/config.ts': { uses: ['src/settings.ts'] },
  'src/secret-key.ts': { uses: ['src/config.ts', 'src/settings.ts'] },
  'src/assets.ts': { uses: [] },
  'src/bundle-assets.ts': { uses: ['src/assets.ts'] },
  'src/kept-assets.ts': { uses: ['src/assets.ts', 'src/bundle-assets.ts'] },
  'src/redis': { uses: [] },
  'src/day.ts': { uses: [] },
  'src/turbo': { uses: [] },
  'src/markdown': { uses: [] },
  migrations: { uses: ['src/database'] },

  'src/database.ts': { uses: [...FOUNDATIONS, 'src/database'] },
  'src/database': { uses: FOUNDATIONS, knows: ['src/database.ts'] },
  'src/message-facts.ts': { uses: [] },
  'src/views.ts': { uses: [...FOUNDATIONS, 'src/day.ts', 'src/message-facts.ts'] },
  'src/llm': { uses: FOUNDATIONS },
  'src/cable': { uses: FOUNDATIONS, knows: ['src/redis'] },

  'src/models': { uses: ['src/database.ts', 'src/database'] },
  'src/chat': {
    uses: [
      'src/database.ts',
      'src/models',
      'src/llm',
      'src/markdown',
      'src/turbo',
      'src/views.ts',
      'src/cable',
    ],
    knows: ['src/database', 'src/dependencies.ts', 'jobs'],
  },
  'src/channels.ts': {
    uses: ['src/models', 'src/chat'],
    knows: ['src/cable', 'src/database.ts', 'src/dependencies.ts'],
  },

  'src/event-streams': {
    uses: ['src/chat', 'src/llm', 'src/models'],
    knows: ['src/dependencies.ts'],
  },

  'src/http': {
    uses: ['src/models', 'src/turbo', 'src/views.ts'],
    knows: ['src/config.ts', 'src/dependencies.ts'],
  },
  'src/routes': {
    uses: [
      'src/http',
      'src/channels.ts',
      'src/chat',
      'src/event-streams',
      'src/models',
      'src/cable',
      'src/turbo',
      'src/views.ts',
    ],
    knows: ['src/assets.ts', 'src/dependencies.ts', 'jobs'],
  },
  jobs: { uses: ['src/chat', 'src/models'], knows: ['src/dependencies.ts', 'src/redis'] },

  // Looks at what the others count, and is told by them through what they are given: none of them knows it.
  'src/metrics': {
    uses: ['src/settings.ts', 'src/cable'],
    knows: ['src/config.ts', 'src/database.ts', 'src/llm', 'jobs'],
  },

  'src/dependencies.ts': {
    uses: [
      'src/database.ts',
      'src/redis',
      'src/secret-key.ts',
      'src/llm',
      'src/cable',
      'src/models',
      'src/metrics',
      'jobs',
    ],
    knows: ['src/config.ts'],
  },
  'src/app.ts': {
    uses: ['src/http', 'src/routes', 'src/views.ts'],
    knows: ['src/assets.ts', 'src/config.ts', 'src/dependencies.ts'],
  },
  'src/program.ts': { uses: ['src/config.ts', 'src/database.ts', 'src/settings.ts'] },
  'src/server.ts': {
    uses: ['src/app.ts', 'src/dependencies.ts', 'src/http', 'src/kept-assets.ts', 'src/program.ts', 'jobs'],
  },
  'jobs/worker.ts': { uses: ['src/dependencies.ts', 'src/program.ts', 'src/settings.ts', 'jobs'] },
};

const ROOT = join(import.meta.dirname, '..');
const FILES = globSync('{src,jobs,migrations}/**/*.ts', { cwd: ROOT });
const IMPORTS = FILES.flatMap(importsOf);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

/** The imports of our own files that stand in this one. */
function importsOf(from: string): Import[] {
  const statement = /^(?:import|export)\s+(?:([^'";]*?)\s*from\s+)?'(\.[^']+)'/gm;
  const expression = /()\bimport\(\s*['"](\.[^'"]+)['"]/g;
  const source = readFileSync(join(ROOT, from), 'utf8');
  return [...source.matchAll(statement), ...source.matchAll(expression)].map(([, names = '', path = '']) => ({
    from,
    to: relative(ROOT, join(ROOT, from, '..', path)),
    isType: namesOnlyTypes(names),
  }));
}

/** `type { A }`, or `{ type A, type B }`. */
function namesOnlyTypes(names: string): boolean {
  const listed = /^\{(.*)\}$/s.exec(names)?.[1]?.split(',');
  const each = listed?.map(name => name.trim()).filter(Boolean);
  return names.startsWith('type ') || (each?.every(name => name.startsWith('type ')) ?? false);
}

/** The row that a file belongs to: its own, else its folder's. */
function moduleOf(file: string): string | undefined {
  const folder = /^(src\/[^/]+|jobs|migrations)\//.exec(file)?.[1] ?? '';
  return [file, folder].find(name => name in RULES);
}

function mayImport({ from, to, isType }: Import): boolean {
  const [importer = '', imported = ''] = [moduleOf(from), moduleOf(to)];
  const { uses = [], knows = [] } = RULES[importer] ?? {};
  if (importer === imported || VOCABULARY.includes(imported) || uses.includes(imported)) return true;
  return isType && knows.includes(imported);
}

test('every module has its place in the order of modules', () => {
  assert.ok(FILES.length > 0);
  assert.deepEqual(
    FILES.filter(file => moduleOf(file) === undefined),
    [],
  );
});

test('modules import only what the rules allow', () => {
  assert.ok(IMPORTS.length > 0);
  assert.deepEqual(
    IMPORTS.filter(each => !mayImport(each)).map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test('every import is of a file that was looked at', () => {
  assert.deepEqual(
    IMPORTS.filter(({ to }) => !FILES.includes(to)),
    [],
  );
});

test('no file imports itself by way of others', () => {
  const imported = Map.groupBy(
    IMPORTS.filter(({ isType }) => !isType),
    ({ from }) => from,
  );
  const done = new Set<string>();
  function circleFrom(file: string, way: readonly string[]): readonly string[] | undefined {
    if (way.includes(file)) return [...way, file];
    if (done.has(file)) return undefined;
    for (const { to } of imported.get(file) ?? []) {
      const circle = circleFrom(to, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  }
  for (const file of FILES) assert.equal(circleFrom(file, [])?.join(' → '), undefined);
});

test('no file and no folder is a drawer for everything', () => {
  const drawer = /(^|[/.-])(utils?|helpers?|services?|common|managers?)([/.-]|$)/;
  const paths = globSync('{src,jobs,migrations,assets,views,test,bin}/**/*', { cwd: ROOT });
  assert.ok(paths.length > FILES.length);
  assert.deepEqual(
    paths.filter(path => drawer.test(path)),
    [],
  );
});

test('only the configuration reads the environment', () => {
  const reads =
    /\bprocess\s*\.\s*(env|loadEnvFile)\b|\{[^}]*\benv\b[^}]*\}\s*(=\s*process|from\s+'node:process')/;
  const readers = [...FILES, ...globSync('assets/**/*.ts', { cwd: ROOT })].filter(file =>
    reads.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  assert.deepEqual(readers, ['src/config.ts']);
});

test('only those that begin and those that open ask whether there is a Redis', () => {
  const asking = FILES.filter(file => /\bredisUrl\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  const expected = ['jobs/worker.ts', 'src/config.ts', 'src/dependencies.ts', 'src/server.ts'];
  assert.deepEqual(asking.toSorted(), expected);
});

test('only one place begins transactions on rows, so that those who write them take turns', () => {
  const begins = FILES.filter(file =>
    /\.(?:startT|t)ransaction\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  const others = begins.filter(file => !/^src\/database\b/.test(file));
  assert.deepEqual(others, ['src/models/transactions.ts']);
});
