import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import process from 'node:process';
import { ConfigError, type Environment, Settings } from './settings.ts';

/** Everything that can be set from outside. Made once at start, frozen, and passed on by hand. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** `sqlite:<path>` or `postgres://…` */
  readonly databaseUrl: string;
  /** How many connections a process has to PostgreSQL at most. */
  readonly databaseConnections: number;
  /** `redis://…` or `rediss://…`; without it jobs and broadcasts stay inside the web process. */
  readonly redisUrl: string | undefined;
  /** `redisUrl` names one node of a Redis Cluster, or several, separated by commas. */
  readonly redisCluster: boolean;
  /** Signs cookies and stream names; `undefined`: one is made and kept beside the database. */
  readonly secretKey: string | undefined;
  readonly openai: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string | undefined;
    readonly model: string | undefined;
    readonly idleSeconds: number;
    /** How many tokens a model can have before it; `undefined`: what its server says. */
    readonly contextTokens: number | undefined;
  };
  readonly asksPerMinute: number;
  readonly workerConcurrency: number;
  readonly shutdownGraceSeconds: number;
  /** As Fastify's `trustProxy`. */
  readonly trustProxy: boolean | number | string;
  readonly logLevel: string;
  /** Where each process answers `GET /metrics`; `undefined`: nowhere. 0: any port that is free. */
  readonly metricsPort: number | undefined;
  /** What whoever asks there has to bring, if anything. */
  readonly metricsToken: string | undefined;
}

/** Of the key that signs, in characters. */
export const SHORTEST_KEY = 32;
/** Node's own fetch gives a silent connection up then. */
const LONGEST_IDLE_SECONDS = 300;
/** With less there is hardly room for a question and its reply. */
const LEAST_CONTEXT_TOKENS = 500;
const MOST_CONTEXT_TOKENS = 10_000_000;
const REDIS_PROTOCOLS = ['redis:', 'rediss:'];
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads and checks the settings.
 * @throws ConfigError naming the first variable that has a bad value, and what it takes
 */
export function loadConfig(environment: Environment = processEnvironment()): Config {
  const env = new Settings(environment);
  if (env.text('OPENAI_MODEL') && !env.text('OPENAI_API_KEY') && !env.text('OPENAI_BASE_URL')) {
    throw new ConfigError(
      'OPENAI_MODEL needs OPENAI_API_KEY or OPENAI_BASE_URL beside it: they say whose model it is.',
    );
  }
  const databaseUrl = readDatabaseUrl(env);
  if (!databaseUrl.startsWith('sqlite:') && !env.text('SECRET_KEY')) {
    throw new ConfigError(
      `SECRET_KEY is needed with PostgreSQL, the same for all processes: at least ${SHORTEST_KEY} characters.`,
    );
  }
  const redisCluster = env.oneOf('REDIS_CLUSTER', ['true', 'false'], 'false') === 'true';
  return Object.freeze({
    host: env.text('HOST') ?? '127.0.0.1',
    port: env.integer('PORT', 3000, 0, 65_535),
    databaseUrl,
    databaseConnections: env.integer('DATABASE_CONNECTIONS', 10, 1, 1000),
    redisUrl: redisCluster ? clusterUrls(env) : env.address('REDIS_URL', REDIS_PROTOCOLS),
    redisCluster,
    secretKey: env.matching(
      'SECRET_KEY',
      new RegExp(`^.{${SHORTEST_KEY},}$`),
      `at least ${SHORTEST_KEY} characters`,
    ),
    openai: Object.freeze({
      apiKey: env.text('OPENAI_API_KEY'),
      baseUrl: env.address('OPENAI_BASE_URL', ['http:', 'https:']),
      model: env.text('OPENAI_MODEL'),
      idleSeconds: env.integer('OPENAI_IDLE_SECONDS', 60, 1, LONGEST_IDLE_SECONDS),
      contextTokens: env.text('OPENAI_CONTEXT_TOKENS')
        ? env.integer('OPENAI_CONTEXT_TOKENS', 0, LEAST_CONTEXT_TOKENS, MOST_CONTEXT_TOKENS)
        : undefined,
    }),
    asksPerMinute: env.integer('ASKS_PER_MINUTE', 20, 1, 100_000),
    workerConcurrency: env.integer('WORKER_CONCURRENCY', 100, 1, 10_000),
    shutdownGraceSeconds: env.integer('SHUTDOWN_GRACE_SECONDS', 25, 0, 3600),
    trustProxy: trustProxy(env.text('TRUST_PROXY')),
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    metricsPort: env.text('METRICS_PORT') ? env.integer('METRICS_PORT', 0, 0, 65_535) : undefined,
    metricsToken: env.matching('METRICS_TOKEN', /^[!-~]+$/, 'letters, digits and signs without blanks'),
  });
}

/** An address may hold a password, so it is not shown. */
function readDatabaseUrl(env: Settings): string {
  const takes = 'sqlite:<path>, or postgres://<user>:<password>@<host>/<database>';
  const url = env.matching('DATABASE_URL', /^(sqlite:.+|postgres(ql)?:\/\/[^/]+\/.+)/, takes);
  if (url && !url.startsWith('sqlite:') && !URL.canParse(url))
    throw new ConfigError(`DATABASE_URL takes ${takes}.`);
  return url ?? 'sqlite:storage/parley.sqlite3';
}

function processEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

function clusterUrls(env: Settings): string {
  const urls = env.addresses('REDIS_URL', REDIS_PROTOCOLS);
  if (!urls) throw new ConfigError('REDIS_CLUSTER needs REDIS_URL beside it: the address of a node.');
  if (urls.some(url => /^\/[^0]/.test(new URL(url).pathname))) {
    throw new ConfigError(
      'REDIS_URL takes no number of a database beside REDIS_CLUSTER: a cluster has but one.',
    );
  }
  return urls.join(',');
}

function trustProxy(value: string | undefined): boolean | number | string {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  if (/^\d+$/.test(value)) return Number(value);
  if (value.split(',').every(isProxy)) return value;
  throw new ConfigError(
    `TRUST_PROXY takes true, false, a number of proxies, or their addresses, not "${value}".`,
  );
}

/** An address, a network such as `10.0.0.0/8`, or a name that Fastify knows for some. */
function isProxy(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.trim().split('/');
  if (rest.length > 0) return false;
  if (bits === undefined && PROXY_NAMES.includes(address)) return true;
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return most > 0 && (bits === undefined || (/^[1-9]\d*$/.test(bits) && Number(bits) <= most));
}
