import assert from 'node:assert/strict';
import {
  article,
  atTheEnd,
  batch,
  insertAfter,
  list,
  paragraph,
  removal,
  source,
  whole,
} from './cable-client/messages.ts';
import { marker } from './cable-client/peer.ts';
import {
  EITHER_WAY,
  firstCatchUp,
  renderAsAnswer,
  serve,
  streams,
  subscriptions,
  testInUsedTabs,
  visitAgain,
  withholdRepaints,
} from './cable-client/tab.ts';

testInUsedTabs('the steps that a page carries out', EITHER_WAY, behaviour => [
  behaviour('frames that arrive during a catch-up are carried out after it', async (_, peer, page) => {
    peer.answer = () => undefined;
    await serve(peer, page, `${list(1, article('a', 1))}${source('one')}`);
    await peer.until(() => peer.questions.length === 1);
    peer.send(batch('a', 4, 'five', 'open'));
    peer.send(whole('a', 4, 'four') + marker(1, 1));
    await page.waitForSelector('#message_a[data-version="5"]');
    assert.equal(await page.textContent('#message_a_body'), 'fourfiveopen');
    assert.equal(peer.questions.length, 1);
  }),

  behaviour(
    'a step that is known already is skipped, also where only half of a frame came',
    async (_, peer, page) => {
      await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
      peer.send(paragraph('a', 1, 1.5, 'two'));
      peer.send(batch('a', 1, 'two', 'open'));
      peer.send(batch('a', 1, 'two', 'open'));
      await page.evaluate(renderAsAnswer, batch('a', 1, 'two', 'open'));
      peer.send(paragraph('a', 2, 3, 'more'));
      await page.waitForSelector('#message_a[data-version="3"]');
      assert.equal(await page.textContent('#message_a_body'), 'onetwoopenmore');
    },
  ),

  behaviour('a step that leaves a gap makes the page ask with what it shows', async (_, peer, page) => {
    await serve(peer, page, `${list(2, article('a', 1), article('b', 3.5))}${source('one')}`);
    await peer.until(() => peer.questions.length === 1);
    peer.answer = () => whole('b', 9, 'nine') + marker(2, 2);
    peer.send(batch('b', 8, 'late', 'open'));
    await page.waitForSelector('#message_b[data-version="9"]');
    const question = { action: 'catch_up', list: 2, seen: { a: 1, b: 3.5 } };
    const expected = [
      { ...question, cause: 'subscribed' },
      { ...question, cause: 'gap' },
    ];
    assert.deepEqual(peer.questions, expected);
    assert.deepEqual(Object.keys(peer.questions[1]?.seen ?? {}), ['a', 'b']);
  }),

  behaviour('a step that fits, but has no place on the page, makes it ask', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1))}${source('one')}`);
    await peer.until(() => peer.questions.length === 1);
    peer.answer = () => insertAfter('a', 1, 3, article('b', 1)) + marker(3, 3);
    peer.send(insertAfter('missing', 1, 2, article('c', 1)));
    await page.waitForSelector('#messages[data-version="3"] #message_b');
    assert.equal(peer.questions[1]?.list, 1);
  }),

  behaviour(
    'a message that the page does not have is asked for once per version of the list',
    async (_, peer, page) => {
      await serve(peer, page, `${list(2, article('a', 1))}${source('one')}`);
      await peer.until(() => peer.questions.length === 1);
      for (const from of [1, 2, 3]) peer.send(batch('x', from, 'far', 'away'));
      await peer.until(() => peer.questions.length === 2);
      peer.send(
        batch('x', 4, 'far', 'away') + insertAfter('a', 2, 3, article('b', 1)) + batch('x', 5, 'far', 'away'),
      );
      await page.waitForSelector('#message_b');
      await peer.until(() => peer.questions.length === 3);
      assert.deepEqual(
        peer.questions.map(question => question.list),
        [2, 2, 3],
      );
    },
  ),

  behaviour('a move that was announced before a later change does not undo it', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 4), article('b', 1))}${source('one')}`);
    await firstCatchUp(peer, page);
    peer.send(whole('a', 6, 'six'));
    peer.send(removal('a', 1, 1.5) + insertAfter('b', 1.5, 2, article('a', 5, 'five')));
    await page.waitForSelector('#messages[data-version="2"] > #message_b + #message_a[data-version="6"]');
    assert.equal(await page.textContent('#message_a_body'), 'six');
    peer.send(removal('a', 2, 2.5) + insertAfter('b', 2.5, 3, article('a', 7, 'seven')));
    await page.waitForSelector('#messages[data-version="3"] > #message_b + #message_a[data-version="7"]');
    assert.equal(await page.textContent('#message_a_body'), 'seven');
    assert.equal(peer.questions.length, 1);
  }),

  behaviour('a morph leaves what the reader opened and what is right', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    await page.click('summary');
    await page.evaluate(() =>
      Object.assign(document.querySelector('#message_a_body p') ?? {}, { mark: 'same' }),
    );
    peer.send(whole('a', 7, 'one'));
    await page.waitForSelector('#message_a[data-version="7"][data-status=complete]');
    assert.equal(await page.locator('details[open]').count(), 1);
    const mark = await page.evaluate(() =>
      Reflect.get(document.querySelector('#message_a_body p') ?? {}, 'mark'),
    );
    assert.equal(mark, 'same');
  }),

  behaviour('steps change the end of a text, however deep it is', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    const body = () => page.innerHTML('#message_a_body');
    const reach = async (version: number) =>
      await page.waitForSelector(`#message_a[data-version="${version}"]`);
    peer.send(atTheEnd('append', '>:last-child', { id: 'a', from: 1, version: 2 }, ' and <em>t</em>'));
    peer.send(atTheEnd('append', '>:last-child>:last-child', { id: 'a', from: 2, version: 3 }, 'wo'));
    await reach(3);
    assert.equal(await body(), '<p>one and <em>two</em></p>');
    peer.send(atTheEnd('replace', '>:last-child', { id: 'a', from: 3, version: 4 }, '<p>1</p><hr><p>2</p>'));
    await reach(4);
    assert.equal(await body(), '<p>1</p><hr><p>2</p>');
    peer.send(atTheEnd('remove', '>:nth-last-child(-n+2)', { id: 'a', from: 4, version: 5 }));
    await reach(5);
    assert.equal(await body(), '<p>1</p>');
    assert.equal(peer.questions.length, 1);
  }),

  behaviour('a step whose place is not so deep on the page makes it ask', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    await peer.until(() => peer.questions.length === 1);
    peer.answer = () => whole('a', 3, 'three') + marker(1, 1);
    peer.send(atTheEnd('append', '>:last-child>:last-child', { id: 'a', from: 1, version: 2 }, 'lost'));
    await page.waitForSelector('#message_a[data-version="3"]');
    assert.deepEqual(peer.questions[1]?.seen, { a: 1 });
    peer.answer = () => whole('a', 5, 'five') + marker(1, 1);
    peer.send(atTheEnd('remove', '>:nth-last-child(-n+2)', { id: 'a', from: 3, version: 4 }));
    await page.waitForSelector('#message_a[data-version="5"]');
    assert.deepEqual(peer.questions[2]?.seen, { a: 3 });
  }),

  behaviour('what is selected stays selected when the whole message comes', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    for (const [at, word] of [' two', ' three', ' four'].entries())
      peer.send(atTheEnd('append', '>:last-child', { id: 'a', from: at + 1, version: at + 2 }, word));
    await page.waitForSelector('#message_a[data-version="4"]');
    await page.evaluate(() => {
      const words = document.querySelector('#message_a_body p')?.childNodes;
      const range = document.createRange();
      range.setStart(words?.[1] ?? document, 1);
      range.setEnd(words?.[2] ?? document, 6);
      getSelection()?.addRange(range);
    });
    peer.send(whole('a', 5, 'one two three four'));
    await page.waitForSelector('#message_a[data-version="5"]');
    assert.equal(await page.evaluate(() => String(getSelection())), 'two three');
  }),

  behaviour('a refresh that is older than the page does not take it back', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}<p id="fresh"></p>`);
    peer.send(batch('a', 1, 'two', ''));
    await page.waitForSelector('#message_a[data-version="2"]');
    peer.pages.set(
      '/conversation',
      () => `${list(1, article('a', 1, 'one'))}${source('one')}<p id="fresh">yes</p>`,
    );
    await page.evaluate(visitAgain);
    await page.waitForSelector('#fresh:has-text("yes")');
    await peer.until(() => peer.questions.length === 2);
    assert.deepEqual(peer.questions[1]?.seen, { a: 2 });
    assert.equal(await page.textContent('#message_a_body'), 'onetwo');
    assert.equal(await page.locator('[connected]').count(), 1);
    assert.equal(subscriptions(peer), 1);
  }),

  behaviour('a refresh takes away what is gone, also where the focus is in it', async (_, peer, page) => {
    const stop = '<form id="stop"><button type="button">Stop</button></form>';
    await serve(peer, page, `${list(1, article('a', 1, `one${stop}`))}${source('one')}`);
    await page.focus('#stop button');
    peer.pages.set('/conversation', () => `${list(1, article('a', 2, 'one'))}${source('one')}`);
    await page.evaluate(visitAgain);
    await page.waitForSelector('#message_a[data-version="2"]');
    assert.equal(await page.locator('#stop').count(), 0);
  }),

  behaviour('a step that waited while its tab was hidden does not undo later ones', async (_, peer, page) => {
    await serve(peer, page, `${list(1, article('a', 1, 'one'))}${source('one')}`);
    await firstCatchUp(peer, page);
    await page.evaluate(withholdRepaints);
    peer.send(batch('a', 1, 'two', 'two'));
    await streams(page, 2);
    peer.answer = () => whole('a', 3, 'three') + marker(1, 1);
    await page.evaluate(() => document.dispatchEvent(new Event('test:hide')));
    peer.send(paragraph('a', 2, 3, 'three'));
    await page.waitForSelector('#message_a[data-version="3"]');
    await page.evaluate(() => document.dispatchEvent(new Event('test:show')));
    await streams(page, 0);
    assert.equal(await page.textContent('#message_a_body'), 'three');
    assert.equal(await page.getAttribute('#message_a', 'data-version'), '3');
  }),

  behaviour(
    'a step that waited while its list was replaced leaves the new list alone',
    async (_, peer, page) => {
      await serve(peer, page, `${list(1, article('a', 1))}${source('one')}`);
      await firstCatchUp(peer, page);
      await page.evaluate(withholdRepaints);
      peer.send(insertAfter('a', 1, 2, article('b', 1)));
      await streams(page, 1);
      await page.evaluate(
        html => {
          document
            .getElementById('messages')
            ?.replaceWith(document.createRange().createContextualFragment(html));
        },
        list(1, article('a', 1)),
      );
      await page.evaluate(() => document.dispatchEvent(new Event('test:show')));
      await streams(page, 0);
      assert.equal(await page.locator('#message_b').count(), 0);
      assert.equal(await page.getAttribute('#messages', 'data-version'), '1');
    },
  ),

  behaviour('the page asks whenever the server wishes it', async (_, peer, page) => {
    await serve(peer, page, `${list(1)}${source('one')}`);
    await peer.until(() => peer.questions.length === 1);
    for (const questions of [2, 3]) {
      peer.send('<turbo-stream action="catch_up"></turbo-stream>');
      await peer.until(() => peer.questions.length === questions);
    }
  }),

  behaviour('a step without a version is carried out as it is', async (_, peer, page) => {
    await serve(peer, page, `${list(1)}${source('one')}<p id="plain">old</p>`);
    await peer.until(() => peer.questions.length === 1);
    peer.send('<turbo-stream action="update" target="plain"><template>new</template></turbo-stream>');
    await page.waitForSelector('#plain:has-text("new")');
  }),
]);
