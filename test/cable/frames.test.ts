import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frames } from '../../src/cable/frames.ts';
import { serverMessages } from '../../src/cable/protocol.ts';

test('readers of one identifier share one serialization, those of another have their own', () => {
  const frames = new Frames(serverMessages.frame);
  const html = '<turbo-stream action="refresh"></turbo-stream>';
  const first = frames.serialize('{"channel":"a"}', html);
  const other = frames.serialize('{"channel":"b"}', html);
  assert.equal(frames.serialize('{"channel":"a"}', html), first);
  assert.deepEqual(JSON.parse(first.toString()), { identifier: '{"channel":"a"}', message: html });
  assert.deepEqual(JSON.parse(other.toString()), { identifier: '{"channel":"b"}', message: html });
});

test('another message is another frame', () => {
  const frames = new Frames(serverMessages.frame);
  frames.serialize('{"channel":"a"}', 'one');
  assert.equal(JSON.parse(frames.serialize('{"channel":"a"}', 'two').toString()).message, 'two');
  assert.equal(JSON.parse(frames.serialize('{"channel":"a"}', 'one').toString()).message, 'one');
});
