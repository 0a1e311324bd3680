import type { ListedModel } from './model-list.ts';

/** Smaller than what OpenAI's models of today take, all of them. */
const OPENAI_TOKENS = 128_000;
/** Where a server does not say. Models that one runs oneself are often given no more, however much they could take. */
const OTHER_TOKENS = 16_000;

/** How long a context a model of that server has when nobody says. */
export function usualContextTokens(host: string): number {
  return /(^|\.)openai\.com$/.test(host) ? OPENAI_TOKENS : OTHER_TOKENS;
}

/**
 * What a server's list says of a model's context, in tokens. The list of a server with one model has it under another
 * name, perhaps that of its file.
 */
export function listedContextTokens(
  models: readonly ListedModel[],
  wanted: string | undefined,
): number | undefined {
  const model = models.find(({ id }) => id === wanted) ?? (models.length === 1 ? models[0] : undefined);
  return model?.contextTokens;
}

/**
 * What an entry of `/v1/models` says of it: vLLM (`max_model_len`), OpenRouter (`context_length`), LM Studio and llama.cpp,
 * which tell what was made ready (`loaded_context_length`, `meta.n_ctx`) from what the model could take
 * (`max_context_length`, `meta.n_ctx_train`). OpenAI and Ollama say nothing.
 */
export function contextTokensIn(entry: object): number | undefined {
  const said = { ...entry, ...('meta' in entry && isObject(entry.meta) ? entry.meta : {}) };
  return FIELDS.map(field => said[field]).find(isCount);
}

const FIELDS = [
  'loaded_context_length',
  'n_ctx',
  'max_model_len',
  'context_length',
  'max_context_length',
  'n_ctx_train',
] as const;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
