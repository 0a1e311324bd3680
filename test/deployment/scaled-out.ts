import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { CableClient, identifierOf } from '../support/cable-client.ts';
import type { Scope } from '../support/close-after.ts';
import { freshPostgres } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type Installation, install } from '../support/installation.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { startRedis } from '../support/redis.ts';
import { type RunningServer, startServer, startWorker } from '../support/server-process.ts';
import { Visitor } from '../support/visitor.ts';
import { at, filledIn, scaledOut } from './compose-file.ts';

/** Two web processes, each at an address of its own, a worker, the proxy in front, PostgreSQL and Redis behind. */
export interface ScaledOut extends Installation {
  readonly nginx: Nginx;
  readonly first: RunningServer;
  readonly second: RunningServer;
  /** Where they listen. */
  readonly port: number;
  /** Starts another at an address, perhaps with other settings. */
  startWeb(address: string, settings?: Settings): Promise<RunningServer>;
}

type Settings = Readonly<Record<string, string>>;

/** Where they are: containers have addresses of their own, too, and the same port. */
export const FIRST = '127.0.0.2';
export const SECOND = '127.0.0.3';
export const THIRD = '127.0.0.4';

export async function scaleOut(t: Scope): Promise<ScaledOut> {
  const redis = await startRedis(t);
  const installation = await install(t, {
    DATABASE_URL: await freshPostgres(t),
    REDIS_URL: redis.url,
    TRUST_PROXY: filledIn(at(scaledOut, 'services', 'web', 'environment', 'TRUST_PROXY')),
  });
  const port = await freePort();
  const startWeb = (address: string, settings: Settings = {}) =>
    startServer(t, { ...installation.environment, ...settings, HOST: address, PORT: String(port) });
  const [first, second] = await Promise.all([
    startWeb(FIRST),
    startWeb(SECOND),
    startWorker(t, installation.environment),
  ]);
  const nginx = await startNginx(t, port, [FIRST, SECOND]);
  return { ...installation, nginx, first, second, port, startWeb };
}

/** Somebody in a conversation in which "One" was asked. */
export interface Talk {
  readonly visitor: Visitor;
  readonly path: string;
  /** The conversation's stream: its signed name, and what a client of the cable subscribes to. */
  readonly signed: string;
  readonly identifier: string;
}

export async function talk(url: string): Promise<Talk> {
  const visitor = new Visitor(url);
  await visitor.get('/');
  const path = await visitor.startConversation('One');
  const { body } = await visitor.get(path);
  const [, signed = ''] = /<turbo-cable-stream-source[^>]* signed-stream-name="([^"]+)"/.exec(body) ?? [];
  return { visitor, path, signed, identifier: identifierOf(signed) };
}

/** Connects by a WebSocket as that person's browser would, and subscribes to the conversation. */
export async function follow(
  t: TestContext,
  url: string,
  { visitor, identifier }: Talk,
): Promise<CableClient> {
  const client = await CableClient.connect(t, url, { cookie: visitor.cookie, origin: url });
  assert.equal((await client.subscribe(identifier)).type, 'confirm_subscription');
  return client;
}

/** The text of a conversation's last reply, as its row has it. */
export async function replyIn(visitor: Visitor, path: string): Promise<string> {
  const { messages }: { messages: readonly { role: string; content: string }[] } = JSON.parse(
    (await visitor.get(`${path}/export.json`)).body,
  );
  const reply = messages.findLast(({ role }) => role === 'assistant');
  assert.ok(reply);
  return reply.content;
}
