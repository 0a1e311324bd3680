import type { OpenAI } from 'openai';
import { APIError } from 'openai/core/error';
import type { ReplyRequest } from './exchange.ts';

type Completion = OpenAI.ChatCompletionCreateParamsStreaming;

/** How a server wants to be asked where servers differ. */
export interface Dialect {
  readonly knowsStreamOptions: boolean;
  readonly lengthField: 'max_tokens' | 'max_completion_tokens';
}

/** OpenAI's newer models refuse the old name; most other servers know no other, and ignore or refuse the new one. */
export function firstDialect(baseUrl: string): Dialect {
  const isOpenAI = /\/\/(api\.openai\.com|[^/]+\.openai\.azure\.com)[:/]/.test(`${baseUrl}/`);
  return { knowsStreamOptions: true, lengthField: isOpenAI ? 'max_completion_tokens' : 'max_tokens' };
}

/** The request in that dialect. What is left to the server is left out. */
export function inDialect(
  { knowsStreamOptions, lengthField }: Dialect,
  model: string,
  { messages, temperature, maxTokens }: ReplyRequest,
): Completion {
  return {
    model,
    messages: [...messages],
    stream: true,
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { [lengthField]: maxTokens }),
    ...(knowsStreamOptions && { stream_options: { include_usage: true } }),
  };
}

/** In what other way a request might be taken that was refused; `undefined` where the way is not to blame. */
export function otherDialect(
  { knowsStreamOptions, lengthField }: Dialect,
  { error, hasLength, first }: RefusedRequest,
): Dialect | undefined {
  if (!(error instanceof APIError && REFUSED_REQUEST.has(error.status))) return undefined;
  const isUntried = hasLength && lengthField === first.lengthField;
  if (isUntried && isUnknown(lengthField, error.message))
    return { knowsStreamOptions, lengthField: OTHER_FIELD[lengthField] };
  return knowsStreamOptions ? { knowsStreamOptions: false, lengthField } : undefined;
}

interface RefusedRequest {
  readonly error: unknown;
  readonly hasLength: boolean;
  /** In which dialect it was asked at first. */
  readonly first: Dialect;
}

/** What servers answer to a field that they do not know; 422 comes from those that check a schema. */
const REFUSED_REQUEST: ReadonlySet<unknown> = new Set([400, 422]);

const OTHER_FIELD = { max_tokens: 'max_completion_tokens', max_completion_tokens: 'max_tokens' } as const;

/** A value that is too large is another matter. */
function isUnknown(field: string, words: string): boolean {
  return (
    words.includes(field) &&
    /unsupported|unknown|unrecogni|unexpected|not (supported|permitted|allowed)/i.test(words)
  );
}
