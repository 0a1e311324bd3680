import { APIConnectionError, APIError, OpenAIError } from 'openai/core/error';
import { type FaultKind, UpstreamFault } from './faults.ts';
import { requestedPauseMs, spokenTime } from './retry-after.ts';
import { quoteOf, wordsOf } from './upstream-words.ts';

/** What a sentence may need to name, and what it must not. */
export interface Asked {
  readonly apiKey: string;
  readonly model: string;
}

/**
 * Finds the fault that an error of the openai package, of fetch below it, or of our reading stands for. The error
 * itself is left behind: its message may hold the key, for instance when the key cannot be written into a header.
 */
export function faultOf(error: unknown, asked: Asked): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  if (error instanceof APIConnectionError) return connectionFault(error);
  if (error instanceof APIError) return refusal(error, asked);
  if (error instanceof SyntaxError) return new UpstreamFault('malformed');
  if (error instanceof OpenAIError) return new UpstreamFault('not-event-stream'); // such as 204, without a body
  if (isCut(error)) return connectionFault(error);
  if (isUnsendable(error)) return new UpstreamFault('misconfigured');
  return error instanceof Error
    ? new UpstreamFault('unexpected', error.name, { trace: traceOf(error) })
    : new UpstreamFault('unexpected', 'no error');
}

/** The places in the stack, without the message above them. */
function traceOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter(line => /^ +at /.test(line))
    .join('\n');
}

/** What undici throws out of a body whose connection ends early; the reason is its cause. */
function isCut(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message === 'terminated';
}

/** An address that is none, or a key that does not fit into a header. */
function isUnsendable(error: unknown): boolean {
  return error instanceof TypeError && /Invalid URL|ByteString|header value/.test(error.message);
}

/** Node's fetch gives up by itself after so long, whatever our own patience. */
const FETCH_PATIENCE = '5 minutes';

const KIND_OF_CODE: Readonly<Record<string, FaultKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ETIMEDOUT: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
};

function connectionFault(error: Error): UpstreamFault {
  const code = codeOf(error);
  if (code === undefined) return new UpstreamFault(isCut(error) ? 'cut' : 'misconfigured');
  if (/(HEADERS|BODY)_TIMEOUT/.test(code)) return new UpstreamFault('silent', FETCH_PATIENCE);
  if (/CERT|SSL|TLS|EPROTO/.test(code)) return new UpstreamFault('tls', code);
  return new UpstreamFault(KIND_OF_CODE[code] ?? 'cut', code);
}

/** The innermost code: the package wraps fetch's error, and fetch the socket's. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return codeOf(error.cause) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
}

function refusal(error: APIError, asked: Asked): UpstreamFault {
  const kind = kindOfWords(error) ?? kindOfStatus(error);
  if (kind === 'rate-limited' || kind === 'server-error') return passingFault(kind, error);
  return new UpstreamFault(kind, kind === 'unknown-model' ? asked.model : quoteOf(error, asked.apiKey));
}

function passingFault(kind: 'rate-limited' | 'server-error', { status, headers }: APIError): UpstreamFault {
  const pause = requestedPauseMs(headers);
  return new UpstreamFault(kind, kind === 'server-error' ? `error ${status}` : spokenTime(pause), {
    retryAfterMs: pause,
  });
}

/** Where the status says too little: the codes are OpenAI's, the phrases those of vLLM, llama.cpp and Ollama. */
function kindOfWords(error: APIError): FaultKind | undefined {
  const words = `${error.code} ${error.type} ${wordsOf(error)}`;
  if (/insufficient_quota|credit balance/i.test(words)) return 'no-credit';
  if (error.status !== undefined && error.status >= 500) return undefined;
  if (/context_length_exceeded|must be at least 1\b/i.test(words)) return 'too-long';
  if (isAbout(error, /\btemperature\b/i)) return 'refused-temperature';
  if (isAbout(error, /\bmax_(completion_)?tokens\b/i)) return 'refused-length';
  if (/context.(length|size|window)|prompt is too long|input is too long/i.test(words)) return 'too-long';
  if (/content_filter|content management policy/i.test(words)) return 'filtered-question';
  if (error.status === 404 && /model/i.test(words)) return 'unknown-model';
  if (error.status === 400 && UNKNOWN_MODEL.test(words)) return 'unknown-model';
  return undefined;
}

/** As OpenRouter, LiteLLM and DeepSeek say it. */
const UNKNOWN_MODEL = /(not a valid|invalid) model|model (does )?not (exist|found)|unknown model/i;

/** A request that was refused because of one of its fields. */
function isAbout(error: APIError, field: RegExp): boolean {
  return (error.status === 400 || error.status === 422) && field.test(`${error.param} ${wordsOf(error)}`);
}

const KIND_OF_STATUS: Readonly<Record<number, FaultKind>> = {
  401: 'unauthorized',
  402: 'no-credit',
  403: 'forbidden',
  404: 'wrong-address',
  405: 'wrong-address',
  429: 'rate-limited',
};

/** An error without a status came in the middle of a stream. */
function kindOfStatus({ status }: APIError): FaultKind {
  if (status === undefined) return 'reported';
  return KIND_OF_STATUS[status] ?? (status >= 500 ? 'server-error' : 'refused-request');
}
