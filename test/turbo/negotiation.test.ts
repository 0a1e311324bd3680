import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import Fastify from 'fastify';
import { sendTurboStream, wantsTurboStream } from '../../src/turbo/negotiation.ts';

/** Asks a server that negotiates, with this `Accept`. @returns the content type of its answer */
async function answerType(t: TestContext, accept?: string): Promise<string | undefined> {
  const app = Fastify();
  t.after(() => app.close());
  app.get('/', (request, reply) =>
    wantsTurboStream(request)
      ? sendTurboStream(reply, '<turbo-stream action="refresh"></turbo-stream>')
      : reply.type('text/html').send('<p>page</p>'),
  );
  const { headers } = await app.inject({ url: '/', headers: accept === undefined ? {} : { accept } });
  return headers['content-type'];
}

const TURBO_STREAM = 'text/vnd.turbo-stream.html; charset=utf-8';

test('who names the type of turbo-streams gets them', async t => {
  assert.equal(
    await answerType(t, 'text/vnd.turbo-stream.html, text/html, application/xhtml+xml'),
    TURBO_STREAM,
  );
  assert.equal(await answerType(t, 'text/vnd.turbo-stream.html'), TURBO_STREAM);
});

test('who does not name it gets a page, also who takes anything', async t => {
  assert.match((await answerType(t, '*/*')) ?? '', /^text\/html/);
  assert.match((await answerType(t, 'text/*')) ?? '', /^text\/html/);
  assert.match((await answerType(t, 'text/html,application/xhtml+xml,*/*;q=0.8')) ?? '', /^text\/html/);
  assert.match((await answerType(t)) ?? '', /^text\/html/);
});
