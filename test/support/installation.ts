import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import SQLite from 'better-sqlite3';
import type { MessageRow } from '../../src/schema.ts';
import { eventually } from './eventually.ts';
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamCall } from './scripted-upstream.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { Visitor } from './visitor.ts';

/** What the processes of one installation share: settings, a database, and a scripted model. */
export interface Installation {
  readonly folder: string;
  readonly upstream: ScriptedUpstream;
  readonly databasePath: string;
  readonly environment: Readonly<Record<string, string>> & { readonly DATABASE_URL: string };
}

/** A reply that is being written, and who asked for it. */
export interface OpenReply {
  readonly visitor: Visitor;
  /** Where its conversation is. */
  readonly path: string;
  readonly call: UpstreamCall;
}

/** @param settings beside those of the database and the model */
export async function install(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const folder = await temporaryFolder(t);
  const upstream = await startScriptedUpstream(t);
  const databasePath = join(folder, 'parley.sqlite3');
  const environment = {
    DATABASE_URL: `sqlite:${databasePath}`,
    OPENAI_BASE_URL: upstream.baseUrl,
    OPENAI_MODEL: 'scripted',
    ...settings,
  };
  return { folder, upstream, databasePath, environment };
}

/** Asks a question whose reply gets this text, if any, and then stays open. */
export async function leaveOpen(
  { url }: { readonly url: string },
  { upstream, databasePath }: Installation,
  text: string,
): Promise<OpenReply> {
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  if (text) call.text(text);
  await eventually(() => {
    const { status, content } = readReply(databasePath, path);
    return status === 'streaming' && content === text;
  });
  return { visitor, path, call };
}

/** The last reply of the conversation at `path`, read beside the processes. */
export function readReply(databasePath: string, path: string): MessageRow {
  return onDatabase(databasePath, database => {
    const reply = `SELECT * FROM messages WHERE conversation_id = ? AND role = 'assistant' ORDER BY rowid DESC`;
    const row = database.prepare<[string], MessageRow>(reply).get(path.replace('/conversations/', ''));
    assert.ok(row, `${path} has a reply`);
    return row;
  });
}

/** Changes rows beside the processes. */
export function changeRows(databasePath: string, statement: string, ...values: readonly unknown[]): void {
  onDatabase(databasePath, database => database.prepare(statement).run(...values));
}

/** Waits until the last reply of the conversation at `path` is closed. */
export async function closes(
  { databasePath }: Installation,
  path: string,
  seconds: number,
): Promise<MessageRow> {
  return await eventually(() => {
    const reply = readReply(databasePath, path);
    return reply.finished_at !== null && reply;
  }, seconds);
}

function onDatabase<Result>(path: string, use: (database: SQLite.Database) => Result): Result {
  const database = new SQLite(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}
