import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { Visitor } from '../support/visitor.ts';

/** How a page says that it is to be drawn. */
function appearanceOf(html: string) {
  return {
    theme: /<html[^>]* data-theme="(\w+)"/.exec(html)?.[1],
    textSize: /<html[^>]* data-text-size="(\w+)"/.exec(html)?.[1],
    colorScheme: /<meta name="color-scheme" content="([\w ]+)"/.exec(html)?.[1],
  };
}

test('pages follow the system until a person chooses otherwise, and then every page is drawn so', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const system = { theme: 'system', textSize: 'normal', colorScheme: 'light dark' };
  assert.deepEqual(appearanceOf((await visitor.get('/')).body), system);

  const { status, headers } = await visitor.post('/settings', { theme: 'dark' });
  assert.equal(status, 303);
  assert.equal(headers.get('location'), '/settings?changed=theme');
  await visitor.post('/settings', { text_size: 'large' });
  const chosen = { theme: 'dark', textSize: 'large', colorScheme: 'dark' };
  for (const path of ['/', '/settings', '/sse', '/compare', '/no/such/page'])
    assert.deepEqual(appearanceOf((await visitor.get(path)).body), chosen, path);

  const other = new Visitor(url);
  assert.deepEqual(appearanceOf((await other.get('/settings')).body), system);
});

test('a theme that there is not is refused, and nothing changes', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  await visitor.get('/');
  assert.equal((await visitor.post('/settings', { theme: '"><script>' })).status, 422);
  assert.equal((await visitor.post('/settings', { single_keys: 'maybe' })).status, 422);
  assert.equal((await visitor.post('/settings')).status, 303);
  assert.equal(appearanceOf((await visitor.get('/')).body).theme, 'system');
});
