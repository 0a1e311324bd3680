import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage } from '../exchange.ts';

export interface CompletionRequest {
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const FIRST_TOKEN_MS = 200;
/** About 45 tokens a second, as a mid-sized hosted model writes. */
const TOKEN_MS = 22;
/** A breath at the end of a sentence. */
const SENTENCE_MS = 60;

/** Sends the text as a model would write it, token by token, until it is complete or the client leaves. */
export async function streamCompletion(
  response: ServerResponse,
  { messages, stream_options }: CompletionRequest,
  text: string,
): Promise<void> {
  const tokens = tokensOf(text);
  try {
    for await (const token of atNaturalPace(tokens, goneSignal(response))) {
      sendChunk(response, { choices: [choice({ content: token })] });
    }
  } catch (error) {
    if (response.destroyed) return;
    throw error;
  }
  sendChunk(response, { choices: [choice({}, 'stop')] });
  if (stream_options?.include_usage) sendChunk(response, { choices: [], usage: usageOf(messages, tokens) });
  response.end('data: [DONE]\n\n');
}

/** Pieces of about the size of a language model's tokens; together they are the text. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*[\p{L}\p{M}\p{N}]{1,7}|\s*[^\s\p{L}\p{M}\p{N}]{1,3}|\s+/gu) ?? [];
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

async function* atNaturalPace(tokens: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  await delay(FIRST_TOKEN_MS, undefined, { signal });
  for (const token of tokens) {
    yield token;
    const breath = /[.!?:]$/.test(token) ? SENTENCE_MS : 0;
    await delay(TOKEN_MS * (0.5 + Math.random()) + breath, undefined, { signal });
  }
}

function choice(delta: object, finishReason: string | null = null): object {
  return { index: 0, delta, finish_reason: finishReason };
}

function sendChunk(response: ServerResponse, parts: object): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = { id: 'chatcmpl-demo', object: 'chat.completion.chunk', model: 'demo', ...parts };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}

function usageOf(messages: CompletionRequest['messages'], tokens: readonly string[]): object {
  const promptTokens = messages.reduce((sum, { content }) => sum + tokensOf(content).length, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  };
}
