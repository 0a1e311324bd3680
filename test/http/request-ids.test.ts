import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { Visitor } from '../support/visitor.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('every answer says how its request is called, each by another name', async t => {
  const { url } = await startTestApp(t);
  const visitor = new Visitor(url);
  const names = new Set<string | null>();
  for (const path of ['/', '/no/such/page', '/up', '/cable', '/icon.png', '/conversations/new']) {
    const { headers } = await visitor.get(path, { 'x-request-id': 'made-up' });
    assert.match(headers.get('x-request-id') ?? '', UUID, path);
    names.add(headers.get('x-request-id'));
  }
  assert.equal(names.size, 6);
});

test('behind a proxy a request keeps the name that it has, if that is one', async t => {
  const { url } = await startTestApp(t, { TRUST_PROXY: 'loopback' });
  const visitor = new Visitor(url);
  const nameOf = async (given: string) =>
    (await visitor.get('/up', { 'x-request-id': given })).headers.get('x-request-id') ?? '';
  assert.equal(await nameOf('proxy_1-Ab'), 'proxy_1-Ab');
  assert.equal(await nameOf('x'.repeat(64)), 'x'.repeat(64));
  for (const bad of ['x'.repeat(65), 'a b', '{"level":50}', '']) assert.match(await nameOf(bad), UUID, bad);
});
