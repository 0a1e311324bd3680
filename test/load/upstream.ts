import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from './load-process.ts';
import { type Instant, instant, markText, now, requestText } from './marks.ts';
import { type Script, scriptFrom } from './script.ts';

// An OpenAI-compatible server, to be run as a process of its own: it says what the question wants it to say.

interface CompletionRequest {
  readonly messages: readonly { readonly content: string }[];
}

/** As long as a paragraph of real text, so that blocks settle as they do there. */
const WORDS_PER_PARAGRAPH = 60;

const server = createServer(async (request, response) => {
  const at = instant();
  if (request.url === '/v1/models') return void response.end('{"object":"list","data":[{"id":"scripted"}]}');
  const { messages } = (await json(request)) as CompletionRequest;
  const script = scriptFrom(messages.at(-1)?.content ?? '');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (script) await say(response, script, at);
  else sendChunk(response, { content: 'Hello.' });
  sendChunk(response, {}, 'stop');
  response.end('data: [DONE]\n\n');
});

async function say(response: ServerResponse, { words, perSecond }: Script, at: Instant): Promise<void> {
  const start = now();
  for (let n = 0; n < words && !response.destroyed; n++) {
    const wait = start + (n * 1000) / perSecond - now();
    if (wait > 0) await delay(wait);
    const before = n === 0 ? `${requestText(at)} ` : '';
    const after = n % WORDS_PER_PARAGRAPH === WORDS_PER_PARAGRAPH - 1 ? '\n\n' : ' ';
    sendChunk(response, { content: before + markText(n) + after });
  }
}

function sendChunk(response: ServerResponse, delta: object, finish_reason: string | null = null): void {
  const choices = [{ index: 0, delta, finish_reason }];
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'scripted', choices };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}

await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address() as AddressInfo;
serve(() => `http://127.0.0.1:${port}/v1`);
