import assert from 'node:assert/strict';
import type { Database } from '../../src/database.ts';
import type { MessageRow } from '../../src/schema.ts';
import type { Scope } from './close-after.ts';
import { freshDatabase, openFor, SECRET_KEY } from './databases.ts';
import { eventually } from './eventually.ts';
import { messagesOf } from './rows.ts';
import { type ScriptedUpstream, startScriptedUpstream, type UpstreamCall } from './scripted-upstream.ts';
import { Visitor } from './visitor.ts';

/** What the processes of one installation share: settings, a database, and a scripted model. */
export interface Installation {
  readonly upstream: ScriptedUpstream;
  /** The database, beside the processes. */
  readonly db: Database;
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
  t: Scope,
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const databaseUrl = settings.DATABASE_URL ?? (await freshDatabase(t));
  const upstream = await startScriptedUpstream(t);
  const environment = {
    DATABASE_URL: databaseUrl,
    SECRET_KEY,
    OPENAI_BASE_URL: upstream.baseUrl,
    OPENAI_MODEL: 'scripted',
    ...settings,
  };
  return { upstream, db: await openFor(t, databaseUrl), environment };
}

/** Asks a question whose reply gets this text, if any, and then stays open. */
export async function leaveOpen(
  { url }: { readonly url: string },
  { upstream, db }: Installation,
  text: string,
): Promise<OpenReply> {
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const call = await upstream.nextCall();
  if (text) call.text(text);
  await eventually(async () => {
    const { status, content } = await readReply(db, path);
    return status === 'streaming' && content === text;
  });
  return { visitor, path, call };
}

/** The last reply of the conversation at `path`, read beside the processes. */
export async function readReply(db: Database, path: string): Promise<MessageRow> {
  const row = (await messagesOf(db, path)).findLast(({ role }) => role === 'assistant');
  assert.ok(row, `${path} has a reply`);
  return row;
}

/** Waits until the last reply of the conversation at `path` is closed. */
export async function closes(
  { db }: Pick<Installation, 'db'>,
  path: string,
  seconds: number,
): Promise<MessageRow> {
  return await eventually(async () => {
    const reply = await readReply(db, path);
    return reply.finished_at !== null && reply;
  }, seconds);
}
