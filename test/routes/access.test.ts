import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';

/** Every route, and what somebody gets who asks for another person's thing, or posts from another site. */
const routes: Readonly<Record<string, 'public' | 'own' | 'foreign is 404' | 'socket' | 'foreign is 403'>> = {
  'GET /': 'own',
  'GET /up': 'public',
  'GET /assets/:file': 'public',
  'GET /cable': 'socket',
  'GET /cable/events': 'foreign is 403',
  'POST /cable/catch_up': 'foreign is 403',
  'GET /sse': 'own',
  'GET /bots': 'own',
  'GET /bots/new': 'own',
  'POST /bots': 'own',
  'GET /bots/:id': 'foreign is 404',
  'POST /bots/:id': 'foreign is 404',
  'POST /bots/:id/deletion': 'foreign is 404',
  'GET /settings': 'own',
  'POST /settings': 'own',
  'POST /settings/upstream/check': 'own',
  'GET /shortcuts': 'own',
  'GET /v1/completions/live_stream': 'own',
  'GET /chat': 'own',
  'POST /chat': 'own',
  'GET /conversations/new': 'own',
  'GET /conversations/:id': 'foreign is 404',
  'GET /compare': 'own',
  'GET /compare/:id': 'foreign is 404',
  'POST /compare': 'own',
  'GET /compare/wire': 'own',
  'POST /compare/cut': 'own',
  'POST /conversations': 'own',
  'GET /conversations/:id/messages': 'foreign is 404',
  'POST /conversations/:id/messages': 'foreign is 404',
  'GET /conversations/:id/messages/new': 'foreign is 404',
  'GET /conversations': 'own',
  'GET /conversations/archive': 'own',
  'POST /conversations/:id/archival': 'foreign is 404',
  'POST /conversations/:id/deletion': 'foreign is 404',
  'POST /conversations/:id/pinning': 'foreign is 404',
  'POST /conversations/:id/reading': 'foreign is 404',
  'POST /conversations/:id/restoration': 'foreign is 404',
  'POST /conversations/:id/title': 'foreign is 404',
  'GET /conversations/:id/export.md': 'foreign is 404',
  'GET /conversations/:id/export.json': 'foreign is 404',
  'GET /export.zip': 'own',
  'POST /messages/:id/cancellation': 'foreign is 404',
  'POST /messages/:id/continuation': 'foreign is 404',
  'GET /messages/:id/regeneration': 'foreign is 404',
  'POST /messages/:id/regeneration': 'foreign is 404',
  'POST /messages/:id/rating': 'foreign is 404',
  'GET /messages/:id/revision': 'foreign is 404',
  'POST /messages/:id/revision': 'foreign is 404',
  'GET /search': 'own',
  'GET /messages/:id': 'foreign is 404',
  'POST /messages/:id/selection': 'foreign is 404',
  'POST /messages/:id/showing': 'foreign is 404',
  'POST /messages/:id/deletion': 'foreign is 404',
  'GET /messages/:id/text': 'foreign is 404',
};

test('every route stands in the table of who may use it', async t => {
  const { app } = await startTestApp(t);
  const names = routesOf(app.printRoutes({ includeHooks: false, commonPrefix: false }));
  assert.deepEqual(names.toSorted(), Object.keys(routes).toSorted());
});

test('what belongs to somebody else is not found', async t => {
  const { url, deps } = await startTestApp(t);
  const owner = new Visitor(url);
  const path = await owner.startConversation('Mine');
  const rows = await messagesOf(deps.db, path);
  const made = await owner.post('/bots', { name: 'Mine', instructions: 'Mine', colour: 'blue' });
  const bot = made.headers.get('location')?.split('=').at(-1);
  const stranger = new Visitor(url);
  await stranger.get('/');

  for (const route of Object.keys(routes).filter(name => routes[name] === 'foreign is 404')) {
    const [method, pattern = ''] = route.split(' ');
    const [, kind] = pattern.split('/');
    const id = kind === 'bots' ? bot : kind === 'messages' ? rows[1]?.id : path.split('/').at(-1);
    const address = pattern.replace(':id', id ?? '');
    const answers = [
      method === 'GET' ? await stranger.get(address) : await stranger.post(address, { content: 'Hi' }),
    ];
    if (method === 'POST') answers.push(await stranger.postAsTurbo(address, { content: 'Hi' }));
    for (const { status, body } of answers) {
      assert.equal(status, 404, route);
      assert.ok(!body.includes('Mine'), route);
    }
  }
  assert.equal((await messagesOf(deps.db, path)).length, 2);
});

test('a post from another site is refused, and one from nowhere is not', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const path = await visitor.startConversation('One');
  const post = async (headers: Record<string, string>) =>
    (await visitor.post(`${path}/deletion`, {}, headers)).status;

  assert.equal(await post({ 'sec-fetch-site': 'cross-site' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'same-site' }), 403);
  assert.equal(await post({ origin: 'https://example.com' }), 403);
  assert.equal(await post({ origin: 'null' }), 403);
  assert.equal(await post({ 'sec-fetch-site': 'same-origin', origin: url }), 303);
  await visitor.startConversation('Two');
});

test('an event stream that another site asks for is refused, and the model is not asked', async t => {
  const { url, upstream } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  upstream.answerAll(call => {
    call.text('Hello');
    call.finish();
  });
  const ways = {
    live: (headers: Record<string, string>) =>
      visitor.get('/v1/completions/live_stream?prompt=Hello', headers),
    get: (headers: Record<string, string>) => visitor.get('/chat', headers),
    post: (headers: Record<string, string>) => visitor.post('/chat', {}, headers),
  };
  for (const [name, ask] of Object.entries(ways)) {
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://example.com' },
      { origin: 'null' },
    ]) {
      const { status, headers } = await ask(foreign);
      assert.equal(status, 403, name);
      assert.match(headers.get('content-type') ?? '', /^text\/html/);
    }
  }
  assert.equal(upstream.calls, 0);
  for (const ask of Object.values(ways)) {
    assert.equal((await ask({ 'sec-fetch-site': 'same-origin', origin: url })).status, 200);
    assert.equal((await ask({})).status, 200);
  }
  assert.equal(upstream.calls, 6);
});

test('a visitor gets a session whose token the database does not have', async t => {
  const { url, deps } = await startTestApp(t);
  const visitor = new Visitor(url);
  const { headers } = await visitor.get('/');
  const cookie = headers.get('set-cookie') ?? '';
  assert.match(cookie, /^parley_session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  const [session] = await deps.db.selectFrom('sessions').selectAll().execute();
  assert.match(session?.token_hash ?? '', /^[0-9a-f]{64}$/);
  assert.equal((await visitor.get('/')).headers.get('set-cookie'), null);
  assert.equal((await deps.db.selectFrom('users').selectAll().execute()).length, 1);
});

test('behind TLS the cookie is for TLS alone', async t => {
  const { url } = await startTestApp(t, { TRUST_PROXY: 'true' });
  const { headers } = await new Visitor(url).get('/', { 'x-forwarded-proto': 'https' });
  assert.match(headers.get('set-cookie') ?? '', /Secure/);
  assert.match(headers.get('strict-transport-security') ?? '', /max-age/);
});

test('a forged cookie is nobody’s', async t => {
  const { url } = await startTestApp(t);
  const owner = new Visitor(url);
  const path = await owner.startConversation('Mine');
  const forger = new Visitor(url);
  forger.cookie = owner.cookie.replace(/\.[^.]+$/, '.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  assert.equal((await forger.get(path)).status, 404);
});

test('pages run no scripts but ours, and load nothing from elsewhere', async t => {
  const { url } = await startTestApp(t);
  const { headers } = await new Visitor(url).get('/');
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /img-src 'self' data:;/);
  assert.equal(headers.get('referrer-policy'), 'same-origin');
  assert.doesNotMatch(policy, /unsafe|upgrade-insecure/);
});

/** Reads Fastify's tree of routes, whose lines are indented by four characters for each level. */
function routesOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap(line => {
    const [, indent = '', segment = '', methods] = /^(.*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    above.splice(depth, Infinity, segment);
    const path = above.join('').replace(/(?<=.)\/$/, '');
    return (methods?.split(', ') ?? [])
      .filter(method => method !== 'HEAD')
      .map(method => `${method} ${path}`);
  });
}
