import type { FaultKind } from '../../src/llm/faults.ts';
import type { UpstreamCall } from '../support/scripted-upstream.ts';
import { API_KEY } from './asking.ts';

/** A way in which a model's server fails, and what becomes of the reply. */
export interface FaultCase {
  readonly title: string;
  readonly answer: (call: UpstreamCall) => void;
  readonly kind: FaultKind;
  readonly says: RegExp;
  /** What had come before. */
  readonly text?: string;
}

/** Passes at once, where the answer would be retried. */
const AT_ONCE = { 'retry-after': '0' };

/** All that a server can answer, of a model that is asked with `API_KEY`. */
export const faultCases: readonly FaultCase[] = [
  {
    title: 'a stream that ends without a finish reason',
    answer: call => {
      call.text('Hel');
      call.end();
    },
    kind: 'broken-off',
    says: /before its reply was complete/,
    text: 'Hel',
  },
  {
    title: 'a stream that says [DONE] without a finish reason',
    answer: call => {
      call.text('Hel');
      call.raw('data: [DONE]\n\n');
      call.end();
    },
    kind: 'broken-off',
    says: /before its reply was complete/,
    text: 'Hel',
  },
  {
    title: 'a connection that is cut in mid-reply',
    answer: call => {
      call.text('Hel');
      setImmediate(() => call.cut());
    },
    kind: 'cut',
    says: /broke off/,
    text: 'Hel',
  },
  {
    title: 'an error object in mid-stream',
    answer: call => {
      call.text('Hel');
      call.chunk({ error: { message: 'The GPU is on fire.', type: 'server_error' } });
    },
    kind: 'reported',
    says: /"The GPU is on fire"/,
    text: 'Hel',
  },
  {
    title: 'an error that is a bare string in mid-stream',
    answer: call => call.chunk({ error: 'out of memory' }),
    kind: 'reported',
    says: /"out of memory"/,
  },
  {
    title: 'an event of the type "error"',
    answer: call => call.raw('event: error\ndata: {"message":"overloaded"}\n\n'),
    kind: 'reported',
    says: /"overloaded"/,
  },
  {
    title: 'an error that arrives as a chunk, as vLLM sends it',
    answer: call => {
      call.text('Hel');
      call.chunk({ object: 'error', message: 'CUDA error', type: 'InternalServerError', code: 500 });
    },
    kind: 'reported',
    says: /"CUDA error"/,
    text: 'Hel',
  },
  {
    title: 'JSON that is broken',
    answer: call => call.raw('data: {"choices": [{"del\n\n'),
    kind: 'malformed',
    says: /cannot be read/,
  },
  {
    title: 'JSON that is no object',
    answer: call => call.raw('data: null\n\n'),
    kind: 'malformed',
    says: /cannot be read/,
  },
  {
    title: 'a page of HTML in place of a stream',
    answer: call =>
      call.status(200, { body: '<html><h1>Welcome</h1></html>', headers: { 'content-type': 'text/html' } }),
    kind: 'not-event-stream',
    says: /OPENAI_BASE_URL/,
  },
  {
    title: 'plain JSON in place of a stream',
    answer: call => call.status(200, { body: { choices: [{ message: { content: 'Hello' } }] } }),
    kind: 'not-event-stream',
    says: /OPENAI_BASE_URL/,
  },
  {
    title: 'an answer without a body',
    answer: call => call.status(204),
    kind: 'not-event-stream',
    says: /OPENAI_BASE_URL/,
  },
  {
    title: 'a reply without any text',
    answer: call => call.finish(),
    kind: 'empty',
    says: /without a word/,
  },
  {
    title: 'a reply that reached its length in reasoning',
    answer: call => {
      call.reasoning('Let me see.');
      call.finish('length');
    },
    kind: 'only-thought',
    says: /in thinking/,
  },
  {
    title: 'a reply of which the content filter left nothing',
    answer: call => call.finish('content_filter'),
    kind: 'filtered',
    says: /content filter/,
  },
  {
    title: '401',
    answer: call =>
      call.status(401, error(`Incorrect API key provided: ${API_KEY}.`, { code: 'invalid_api_key' })),
    kind: 'unauthorized',
    says: /Check OPENAI_API_KEY/,
  },
  {
    title: '403',
    answer: call => call.status(403, error('Not for you.')),
    kind: 'forbidden',
    says: /OPENAI_MODEL/,
  },
  {
    title: '404 for the model',
    answer: call =>
      call.status(404, error('The model `scripted` does not exist.', { code: 'model_not_found' })),
    kind: 'unknown-model',
    says: /the model "scripted"/,
  },
  {
    title: '404 for the address',
    answer: call =>
      call.status(404, { body: '404 page not found', headers: { 'content-type': 'text/plain' } }),
    kind: 'wrong-address',
    says: /usually ends in \/v1/,
  },
  {
    title: '400 with a reason',
    answer: call => call.status(400, error('This model\n does not support chat.')),
    kind: 'refused-request',
    says: /"This model does not support chat"/,
  },
  {
    title: '400 with a reason that holds the key',
    answer: call => call.status(400, error(`Header "Bearer ${API_KEY}" looks odd.`)),
    kind: 'refused-request',
    says: /request\. Check/,
  },
  {
    title: '400 with a page of HTML',
    answer: call => call.status(400, error('<html><body>Bad Request</body></html>')),
    kind: 'refused-request',
    says: /request\. Check/,
  },
  {
    title: '400 with a very long reason',
    answer: call => call.status(400, error('long '.repeat(500))),
    kind: 'refused-request',
    says: /^.{200,300}$/,
  },
  {
    title: '400 because the conversation is too long, as OpenAI says it',
    answer: call => call.status(400, error('…', { code: 'context_length_exceeded' })),
    kind: 'too-long',
    says: /Start a new one/,
  },
  {
    title: '400 because the conversation is too long, as llama.cpp says it',
    answer: call =>
      call.status(400, error('the request exceeds the available context size, try increasing it')),
    kind: 'too-long',
    says: /Start a new one/,
  },
  {
    title: '400 because of the temperature, as OpenAI says it',
    answer: call =>
      call.status(
        400,
        error("'temperature' does not support 0.7 with this model.", { param: 'temperature' }),
      ),
    kind: 'refused-temperature',
    says: /leave it empty/,
  },
  {
    title: '400 because a bot wants to write too much, as vLLM says it',
    answer: call =>
      call.status(400, error("'max_tokens' is too large: 9000. The maximum context length is 4096 tokens.")),
    kind: 'refused-length',
    says: /longest reply/,
  },
  {
    title: '400 for a model that is none, as OpenRouter says it',
    answer: call => call.status(400, error('scripted is not a valid model ID')),
    kind: 'unknown-model',
    says: /the model "scripted"/,
  },
  {
    title: '400 because a filter refused the question',
    answer: call => call.status(400, error('…', { code: 'content_filter' })),
    kind: 'filtered-question',
    says: /Word it differently/,
  },
  {
    title: '429 again and again',
    answer: call => call.status(429, { ...error('Slow down.'), headers: AT_ONCE }),
    kind: 'rate-limited',
    says: /Wait a moment, then try again/,
  },
  {
    title: '429 with a wait that is too long',
    answer: call => call.status(429, { ...error('Slow down.'), headers: { 'retry-after': '300' } }),
    kind: 'rate-limited',
    says: /Wait 5 minutes, then try again/,
  },
  {
    title: '429 because the credit is used up',
    answer: call =>
      call.status(429, error('You exceeded your current quota.', { code: 'insufficient_quota' })),
    kind: 'no-credit',
    says: /plan and billing/,
  },
  {
    title: '500 again and again',
    answer: call => call.status(500, { ...error('Traceback (most recent call last)'), headers: AT_ONCE }),
    kind: 'server-error',
    says: /error 500/,
  },
  {
    title: "a proxy's page with 502",
    answer: call =>
      call.status(502, {
        body: '<h1>Bad Gateway</h1>',
        headers: { ...AT_ONCE, 'content-type': 'text/html' },
      }),
    kind: 'server-error',
    says: /error 502/,
  },
];

function error(message: string, more: object = {}): { body: object } {
  return { body: { error: { message, ...more } } };
}
