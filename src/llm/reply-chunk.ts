import { APIError } from 'openai/core/error';
import { UpstreamFault } from './faults.ts';

/** What a chunk says, whichever server it is from. */
export interface ChunkParts {
  readonly text: string;
  readonly reasoning: string;
  readonly finishReason: string | undefined;
  readonly model: string | undefined;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
}

/**
 * Reads a chunk of a streamed Chat Completion. Its type in the package tells what OpenAI sends; other servers send
 * reasoning under two names of their own, usage or a filter's findings without choices, and errors as chunks.
 * @throws UpstreamFault when it is no object
 * @throws APIError when it reports an error, as the package does for those that it knows
 */
export function partsOf(chunk: unknown): ChunkParts {
  if (!isObject(chunk)) throw new UpstreamFault('malformed');
  if (chunk.object === 'error') throw new APIError(undefined, chunk, undefined, undefined);

  const choice = objectIn(Array.isArray(chunk.choices) ? chunk.choices[0] : undefined);
  const delta = objectIn(choice.delta);
  const usage = objectIn(chunk.usage);
  return {
    // A refusal is what the model says, in a field of its own.
    text: textIn(delta.content) ?? textIn(delta.refusal) ?? '',
    reasoning: textIn(delta.reasoning) ?? textIn(delta.reasoning_content) ?? '',
    finishReason: textIn(choice.finish_reason),
    model: textIn(chunk.model),
    promptTokens: numberIn(usage.prompt_tokens),
    completionTokens: numberIn(usage.completion_tokens),
  };
}

type UnknownObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is UnknownObject {
  return typeof value === 'object' && value !== null;
}

function objectIn(value: unknown): UnknownObject {
  return isObject(value) ? value : {};
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
