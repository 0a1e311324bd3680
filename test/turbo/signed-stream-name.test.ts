import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { signStreamName, verifyStreamName } from '../../src/turbo/signed-stream-name.ts';

const KEY = 'k'.repeat(64);
/** `chat:1:messages`, as Rails' message verifier signs it with this key and SHA-256. */
const SIGNED = 'ImNoYXQ6MTptZXNzYWdlcyI=--8ccdcebf64a6d1a893a13dcee74c7a7e4fd91e8f8f3b37261767d8517206998a';
const [DATA = '', SIGNATURE = ''] = SIGNED.split('--');

test('a name is signed as Rails and AnyCable sign it', () => {
  assert.equal(signStreamName(KEY, 'chat:1:messages'), SIGNED);
  assert.equal(verifyStreamName(KEY, SIGNED), 'chat:1:messages');
});

test('any name comes back as it was', () => {
  for (const name of ['', 'größe:☕', 'a--b', '"quoted"', '>>>???']) {
    assert.equal(verifyStreamName(KEY, signStreamName(KEY, name)), name);
  }
});

const otherData = Buffer.from('"chat:2:messages"').toString('base64');
const forgeries = {
  'other data': `${otherData}--${SIGNATURE}`,
  'a changed signature': SIGNED.replace(/a$/, 'b'),
  'a signature cut short': SIGNED.slice(0, -1),
  'a signature in capitals': `${DATA}--${SIGNATURE.toUpperCase()}`,
  'something after the signature': `${SIGNED}--`,
  'an empty signature': `${DATA}--`,
  'no signature': DATA,
  'a signature alone': `--${SIGNATURE}`,
  'characters of several bytes': `${DATA}--${'ä'.repeat(64)}`,
  nothing: '',
};

for (const [what, signed] of Object.entries(forgeries)) {
  test(`${what} is not taken for a signed name`, () => {
    assert.equal(verifyStreamName(KEY, signed), undefined);
  });
}

test('a name that another key signed is not taken', () => {
  assert.equal(verifyStreamName(KEY, signStreamName('l'.repeat(64), 'chat:1:messages')), undefined);
});

test('signed data that is no name is not taken', () => {
  const data = Buffer.from(JSON.stringify({ chat: 1 })).toString('base64');
  const signature = createHmac('sha256', KEY).update(data).digest('hex');
  assert.equal(verifyStreamName(KEY, `${data}--${signature}`), undefined);
});
