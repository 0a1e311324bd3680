import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import test, { type TestContext } from 'node:test';
import { startConversation, type TestConversation } from '../support/conversation.ts';
import { eventually } from '../support/eventually.ts';
import { meaningful } from '../support/shown-page.ts';

/** A document that is being read. */
interface Reading {
  readonly response: IncomingMessage;
  /** All that has come. */
  readonly html: string;
  /** Waits until this has come. */
  shows(text: string): Promise<void>;
  /** Waits for the end. @returns all that has come */
  end(): Promise<string>;
}

/** So much is more than the systems on both sides of a connection keep for a reader that takes nothing. */
const FAR_TOO_MUCH = 24 * 1024 * 1024;
const PATIENCE_SECONDS = 30;

/** Opens the live document of the conversation, as curl would. */
async function open(t: TestContext, { url, path, visitor }: TestConversation): Promise<IncomingMessage> {
  const request = get(`${url}${path}?live=1`, { agent: false, headers: { cookie: visitor.cookie } });
  request.on('error', () => {});
  t.after(() => request.destroy());
  const [response]: IncomingMessage[] = await once(request, 'response');
  assert.ok(response);
  return response;
}

async function read(t: TestContext, conversation: TestConversation): Promise<Reading> {
  const response = await open(t, conversation);
  let html = '';
  response.setEncoding('utf8').on('data', text => (html += text));
  response.on('error', () => {});
  return {
    response,
    get html() {
      return html;
    },
    async shows(text) {
      await eventually(() => html.includes(text));
    },
    async end() {
      await eventually(() => response.complete);
      return html;
    },
  };
}

/** How many subscriptions there are, from now on. */
function watchSubscriptions({ deps: { broadcaster } }: TestConversation): { readonly open: number } {
  const watched = { open: 0 };
  const { subscribe } = broadcaster;
  broadcaster.subscribe = async (channel, listener) => {
    const unsubscribe = await subscribe(channel, listener);
    watched.open += 1;
    return async () => {
      watched.open -= 1;
      await unsubscribe();
    };
  };
  return watched;
}

function bodyIn(html: string): string {
  const [, body = ''] =
    /class="message__text prose"[^>]*>(.*?)<\/div>\s*<(?:div class="message__below|footer)/s.exec(html) ?? [];
  return meaningful(body);
}

/** What comes after the text of the last message. */
function endIn(html: string): string {
  return html.slice(html.lastIndexOf('class="message__below'), html.lastIndexOf('</section>')).trim();
}

test('a plain browser’s post leads to the document that grows while a reply is open, Turbo’s never', async t => {
  const { visitor, path, answer, upstream, replyThatIs } = await startConversation(t);
  await answer('Reply one');
  const asked = await visitor.post(`${path}/messages`, { content: 'Two' });
  assert.deepEqual([asked.status, asked.headers.get('location')], [303, `${path}?live=1`]);
  const call = await upstream.nextCall();
  call.text('Some');
  const { id } = await replyThatIs('streaming');
  const stopped = await visitor.post(`/messages/${id}/cancellation`);
  assert.deepEqual([stopped.status, stopped.headers.get('location')], [303, path]);
  const anew = await visitor.post(`/messages/${id}/regeneration`);
  assert.deepEqual([anew.status, anew.headers.get('location')], [303, `${path}?live=1`]);

  const form = { content: 'Another', bot: 'ChatBot' };
  const started = await visitor.post('/conversations', form);
  assert.match(started.headers.get('location') ?? '', /\?live=1$/);
  const byTurbo = await visitor.postAsTurbo('/conversations', form);
  assert.equal(byTurbo.status, 303);
  assert.doesNotMatch(byTurbo.headers.get('location') ?? '', /live/);
});

test('blocks arrive as they settle, and the document ends as the ordinary page', async t => {
  const conversation = await startConversation(t);
  const { upstream, visitor, path, replyThatIs } = conversation;
  const page = await read(t, conversation);
  assert.equal(page.response.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(page.response.headers['content-length'], undefined);
  assert.equal(page.response.headers['x-accel-buffering'], 'no');
  assert.match(String(page.response.headers['content-security-policy']), /script-src 'self'/);
  await page.shows('Thinking…');
  assert.match(page.html, /id="composer".*id="messages".*class="message__stop".*/s);
  assert.doesNotMatch(page.html, /application-\w+\.js|http-equiv/);

  const call = await upstream.nextCall();
  call.reasoning('Let me think.');
  call.text('The moon pulls *the water*.\n\nAnd the sun');
  await page.shows('<p>The moon pulls <em>the water</em>.</p>');
  assert.match(page.html, /Let me think\./);
  assert.doesNotMatch(page.html, /And the sun/);
  call.text(' does so too.\n\n- one\n');
  await page.shows('And the sun does so too.');
  call.finish();
  await replyThatIs('complete');

  const html = await page.end();
  assert.doesNotMatch((await visitor.get('/conversations/new')).body, /unread reply/);
  const ordinary = (await visitor.get(path)).body;
  assert.ok(bodyIn(html).includes('one'));
  assert.equal(bodyIn(html), bodyIn(ordinary));
  assert.equal(endIn(html), endIn(ordinary));
  assert.match(html, /<\/html>\s*$/);
  assert.doesNotMatch(html, /http-equiv/);
});

test('whoever comes in mid-reply gets what has settled at once; afterwards, the ordinary page', async t => {
  const conversation = await startConversation(t);
  const { upstream, visitor, path, replyThatIs } = conversation;
  const call = await upstream.nextCall();
  call.text('First.\n\nSecond.\n\nThird');
  await eventually(async () => (await conversation.rows())[1]?.content.endsWith('Third'));
  const page = await read(t, conversation);
  await page.shows('<p>Second.</p>');
  call.finish('length');
  await replyThatIs('complete');
  const html = await page.end();
  assert.match(html, /<p>Third<\/p>\s*<\/div>.*message__note.*Continue/s);
  const later = await visitor.get(`${path}?live=1`);
  assert.deepEqual([later.status, later.headers.get('location')], [302, path]);
});

test('where the end changes what was sent, the last word makes the browser load the page anew', async t => {
  const conversation = await startConversation(t);
  const { upstream, path } = conversation;
  const page = await read(t, conversation);
  const call = await upstream.nextCall();
  call.text('See [the moon][1].\n\n');
  await page.shows('See [the moon][1].');
  call.text('[1]: https://example.com/moon\n');
  call.finish();
  assert.ok((await page.end()).endsWith(`<meta http-equiv="refresh" content="0; url=${path}?live=1">`));
});

test('a document above whose reply something was deleted is loaded anew', async t => {
  const conversation = await startConversation(t);
  const { upstream, visitor, path, answer, ask, rows } = conversation;
  await answer('Reply one');
  await ask('Two');
  await upstream.nextCall();
  const page = await read(t, conversation);
  await page.shows('Thinking…');
  const [question] = await rows();
  assert.equal((await visitor.post(`/messages/${question?.id}/deletion`)).status, 303);
  assert.ok((await page.end()).endsWith(`content="0; url=${path}?live=1">`));
});

test('a document whose conversation is deleted, and one whose process ends, leads away', async t => {
  const conversation = await startConversation(t);
  const { app, upstream, visitor, path } = conversation;
  await upstream.nextCall();
  const page = await read(t, conversation);
  await page.shows('Thinking…');
  await visitor.post(`${path}/deletion`);
  assert.ok((await page.end()).endsWith(`content="0; url=${path}?live=1">`));

  const other = { ...conversation, path: await visitor.startConversation('Another') };
  const second = await read(t, other);
  await second.shows('Thinking…');
  const closed = app.close();
  assert.ok((await second.end()).endsWith(`content="35; url=${other.path}?live=1">`));
  await closed;
});

test('a reader that leaves frees its subscription, and the reply goes on', async t => {
  const conversation = await startConversation(t);
  const subscriptions = watchSubscriptions(conversation);
  const call = await conversation.upstream.nextCall();
  const pages = [await read(t, conversation), await read(t, conversation)];
  for (const page of pages) await page.shows('Thinking…');
  await eventually(() => subscriptions.open === 2);
  pages[0]?.response.destroy();
  await eventually(() => subscriptions.open === 1, 1);
  call.text('The whole reply');
  call.finish();
  assert.equal((await conversation.replyThatIs('complete')).content, 'The whole reply');
  await pages[1]?.end();
  await eventually(() => subscriptions.open === 0);
});

test('a silent document gives signs of life, and a reader that takes nothing is given up', async t => {
  const conversation = await startConversation(t);
  const { deps, upstream } = conversation;
  await upstream.nextCall();
  const [question] = await conversation.rows();
  const reader = await read(t, conversation);
  await reader.shows('Thinking…');
  const { length } = reader.html;
  const subscriptions = watchSubscriptions(conversation);
  await deps.db
    .updateTable('messages')
    .set({ content: 'x'.repeat(FAR_TOO_MUCH) })
    .where('id', '=', question?.id ?? '')
    .execute();
  const slow = await open(t, conversation);
  await eventually(() => subscriptions.open === 1);
  await eventually(() => subscriptions.open === 0, PATIENCE_SECONDS + 10);
  assert.ok(!slow.complete);
  assert.match(reader.html.slice(length), /^\n+$/);
  assert.ok(!reader.response.destroyed);
});
