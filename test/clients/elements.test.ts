import assert from 'node:assert/strict';
import { conversationStream } from '../../src/chat/broadcasts.ts';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { isLive, showsStatus, showsText } from '../support/page.ts';
import { isSaved, messagesOf } from '../support/rows.ts';
import { Visitor } from '../support/visitor.ts';
import { type Trial, tryElements } from './elements.ts';
import { converse, isAsFresh, isConfirmed, streamOf } from './stock-page.ts';

/** A page with the client at a conversation, whose model says what the test says. */
async function openConversation({ t, open }: Trial, expected?: RegExp) {
  const program = await startTestApp(t);
  const { page, wire } = await open(expected);
  const conversation = await converse(page, program.url);
  const call = await program.upstream.nextCall();
  await page.goto(conversation);
  await isLive(page);
  return { ...program, page, wire, conversation, call };
}

tryElements('a stock element on a page of a conversation', {
  async 'shows a reply as it is written, and at its end what a fresh page shows'(trial) {
    const { page, wire, call } = await openConversation(trial);
    for (const text of ['The **ti', 'des** follow\n\n- the moon', '\n- and the sun']) {
      call.text(text);
      await showsText(page, /\w+$/.exec(text)?.[0] ?? '');
    }
    call.finish();
    await showsStatus(page, 'complete');
    await isAsFresh(page);
    for (const { identifier } of wire.sent) assert.match(identifier ?? '', /"digest":"[\w-]+"/);
  },

  async 'shows a question that its reader asks, and the reply, once each'({ t, open }) {
    const { url, deps, upstream } = await startTestApp(t);
    const { page } = await open();
    const conversation = await converse(page, url);
    (await upstream.nextCall()).finish();
    await eventually(async () => (await messagesOf(deps.db, conversation))[1]?.status === 'failed');
    // Once it is read, nothing changes by itself: a refresh would take along what is typed, and end what is sent.
    await page.request.get(conversation);
    await page.goto(conversation);
    await isLive(page);
    await page.getByRole('textbox', { name: 'Message' }).fill('Two');
    await page.getByRole('button', { name: 'Send' }).click();
    // An answer that comes after the first words would take them away again until the next refresh.
    await eventually(async () => (await page.getByRole('textbox', { name: 'Message' }).inputValue()) === '');
    const call = await upstream.nextCall();
    call.text('The second ');
    await showsText(page, 'The second');
    call.text('reply');
    call.finish();
    await showsText(page, 'The second reply');
    await isAsFresh(page);
    assert.equal(await page.locator('#messages > article').count(), 4);
  },

  async 'unsubscribes when its page gives way to another conversation'(trial) {
    const { page, wire, conversation, call, deps, url, upstream } = await openConversation(trial);
    const old = conversationStream(conversation.split('/').at(-1) ?? '');
    const other = await converse(page, url);
    const otherCall = await upstream.nextCall();
    await page.evaluate(url => Reflect.get(window, 'Turbo').visit(url), other);
    await isConfirmed(wire, other);
    const left = wire.sent.filter(({ command }) => command === 'unsubscribe').map(streamOf);
    assert.ok(left.includes(old), `${left}`);

    const heard = wire.received.length;
    call.text('for nobody');
    await isSaved(deps.db, conversation, 'for nobody');
    otherCall.text('for this page');
    await showsText(page, 'for this page');
    assert.ok(wire.received.slice(heard).every(said => streamOf(said) !== old));
  },

  async 'stays without `connected`, and without a frame, on the stream of somebody else'(trial) {
    const { page, wire, call, deps, url, upstream } = await openConversation(trial, /failed to subscribe/);
    const stranger = new Visitor(url);
    const strange = await stranger.startConversation('One');
    const { body } = await stranger.get(strange);
    const strangeCall = await upstream.nextCall();
    await page.evaluate(
      name => {
        const source = document.querySelector('turbo-cable-stream-source')?.cloneNode();

        if (!(source instanceof Element)) throw new Error('There is no source.');
        source.removeAttribute('connected');
        source.setAttribute('signed-stream-name', name);
        document.body.append(source);
      },
      /signed-stream-name="([^"]+)"/.exec(body)?.[1] ?? '',
    );
    await eventually(() => wire.received.some(({ type }) => type === 'reject_subscription'));
    strangeCall.text('a secret');
    await isSaved(deps.db, strange, 'a secret');
    call.text('no secret');
    await showsText(page, 'no secret');
    assert.ok(wire.received.every(({ message }) => !/a secret/.test(String(message))));
    const sources = page.locator('turbo-cable-stream-source');
    const connected = page.locator('turbo-cable-stream-source[connected]');
    assert.equal(await connected.count(), (await sources.count()) - 1);
  },
});
