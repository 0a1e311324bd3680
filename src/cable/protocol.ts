import { type CountedCause, countedCause } from './catch-up-causes.ts';
import type { Seen } from './difference.ts';

/** Action Cable's subprotocol, as Rails names it. */
export const SUBPROTOCOL = 'actioncable-v1-json';

/** The largest command: a catch-up that names some thousand messages. */
export const LARGEST_COMMAND_BYTES = 1024 * 1024;

export type DisconnectReason = 'server_restart' | 'unauthorized' | 'invalid_request' | 'too_slow';

/** What a client sends. Identifiers are opaque: they are echoed byte for byte. */
export type Command =
  | { readonly command: 'subscribe' | 'unsubscribe'; readonly identifier: string }
  | { readonly command: 'message'; readonly identifier: string; readonly data: string };

/** What a client's identifier says of the stream that it wants. */
export interface StreamIdentifier {
  readonly channel: string;
  readonly signedStreamName: string;
  /** What stock clients send of the page that they show; our own element asks for a catch-up instead. */
  readonly digest: string | undefined;
}

/** What a page asks to be brought up to date from, and why. */
export interface CatchUpRequest {
  readonly seen: Seen;
  readonly cause: CountedCause;
}

/** What the server sends. */
export const serverMessages = {
  welcome: () => JSON.stringify({ type: 'welcome' }),
  ping: (now: number) => JSON.stringify({ type: 'ping', message: now }),
  confirm: (identifier: string) => JSON.stringify({ identifier, type: 'confirm_subscription' }),
  reject: (identifier: string) => JSON.stringify({ identifier, type: 'reject_subscription' }),
  frame: (identifier: string, message: string) => JSON.stringify({ identifier, message }),
  disconnect: (reason: DisconnectReason, reconnect: boolean) =>
    JSON.stringify({ type: 'disconnect', reason, reconnect }),
};

/** @returns `undefined` for a command that is not known, which is to be ignored. @throws SyntaxError when it is not JSON */
export function parseCommand(text: string): Command | undefined {
  const { command, identifier, data } = fields(JSON.parse(text));
  if (typeof identifier !== 'string') return undefined;
  if (command === 'subscribe' || command === 'unsubscribe') return { command, identifier };
  if (command === 'message' && typeof data === 'string') return { command, identifier, data };
  return undefined;
}

export function parseIdentifier(identifier: string): StreamIdentifier | undefined {
  const { channel, signed_stream_name, digest } = fields(parseJson(identifier));
  if (typeof channel !== 'string' || typeof signed_stream_name !== 'string') return undefined;
  return {
    channel,
    signedStreamName: signed_stream_name,
    digest: typeof digest === 'string' ? digest : undefined,
  };
}

/** @returns what is asked, or `undefined` for an action that is not known, or cannot be read */
export function parseCatchUp(data: string): CatchUpRequest | undefined {
  const asked = fields(parseJson(data));
  return asked.action === 'catch_up' ? readCatchUp(asked) : undefined;
}

/** @returns what is asked, or `undefined` where it cannot be read */
export function readCatchUp(value: unknown): CatchUpRequest | undefined {
  const { list, seen, cause } = fields(value);
  if (typeof list !== 'number' || !isObject(seen)) return undefined;
  const versions: [string, unknown][] = Object.entries(seen);
  if (!versions.every(isVersion)) return undefined;
  return { seen: { list, versions: new Map(versions) }, cause: countedCause(cause) };
}

function isVersion(entry: [string, unknown]): entry is [string, number] {
  return typeof entry[1] === 'number';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what a client made up is as good as nothing
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? { ...value } : {};
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
