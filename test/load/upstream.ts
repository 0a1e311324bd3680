import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { asksForTitle } from '../support/scripted-upstream.ts';
import { serve } from './load-process.ts';
import { type Instant, instant, MARK_PLACE, markText, now, requestText } from './marks.ts';
import { type Script, scriptFrom, tokensOf } from './script.ts';

// An OpenAI-compatible server, to be run as a process of its own: it says what the question wants it to say.

interface CompletionRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

const server = createServer(async (request, response) => {
  const at = instant();
  if (request.url === '/v1/models') return void response.end('{"object":"list","data":[{"id":"scripted"}]}');
  const { messages } = (await json(request)) as CompletionRequest;
  const script = asksForTitle({ messages }) ? undefined : scriptFrom(messages.at(-1)?.content ?? '');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (script) await say(response, script, at);
  else sendChunk(response, { content: 'Hello.' });
  sendChunk(response, {}, 'stop');
  response.end('data: [DONE]\n\n');
});

async function say(response: ServerResponse, script: Script, at: Instant): Promise<void> {
  const start = now();
  let marks = 0;
  for (const [n, token] of tokensOf(script).entries()) {
    const wait = start + (n * 1000) / script.perSecond - now();
    if (wait > 0) await delay(wait);
    if (response.destroyed) return;
    // A document has its own beginning.
    const before = n === 0 && script.kind === 'words' ? `${requestText(at)} ` : '';
    sendChunk(response, { content: before + token.replace(MARK_PLACE, () => markText(marks++)) });
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
