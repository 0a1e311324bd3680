import assert from 'node:assert/strict';
import test from 'node:test';
import { createParser } from 'eventsource-parser';
import { framedBytes } from '../../../assets/event-streams/framed-bytes.ts';

const STREAMS = {
  'a name and an id': 'id: 12\nevent: text\ndata: {"text":"Ahoy"}\n\n',
  'data alone': 'data: [DONE]\n\n',
  'data of several lines': 'data: one\ndata: \ndata: two\n\n',
  'letters of several bytes': 'data: {"text":"Größe 日本 🏴‍☠️"}\n\n',
};

for (const [what, stream] of Object.entries(STREAMS)) {
  test(`an event with ${what} takes as many bytes as were sent`, () => {
    const sizes: number[] = [];
    createParser({ onEvent: event => sizes.push(framedBytes(event)) }).feed(stream);
    assert.deepEqual(sizes, [Buffer.byteLength(stream)]);
  });
}
