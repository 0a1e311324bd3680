import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { insertConversations, insertTexts } from '../support/inserted-conversation.ts';
import { insertLongConversation } from '../support/long-conversation.ts';
import { PlainBrowser } from '../support/plain-browser.ts';

/** A person without JavaScript at the start page, each of whose questions is answered at once. */
async function start(t: TestContext) {
  const app = await startTestApp(t);
  app.upstream.answerAll(call => call.whole(`About ${call.body.messages.at(-1)?.content}`));
  const browser = new PlainBrowser(app.url);
  await browser.visit('/');
  return { ...app, browser };
}

/** The same, after some conversations, of which the newest is shown. @returns also the ids of their items in the list */
async function startWith(t: TestContext, ...titles: string[]) {
  const app = await start(t);
  const inserted = await insertConversations(app.deps.db, titles);
  await app.browser.visit('/');
  const items = inserted.map(({ path }) => path.replace('/conversations/', 'conversation_'));
  return { ...app, items };
}

/** The same, on the page of a conversation of these messages. @returns also their elements' ids */
async function startIn(t: TestContext, texts: readonly string[]) {
  const app = await start(t);
  const { path, ids } = await insertTexts(app.deps.db, 'One', texts);
  await app.browser.visit(path);
  return { ...app, path, ids: ids.map(id => `message_${id}`) };
}

/** The conversations in the list, each with what it stands under. */
function listed(browser: PlainBrowser): string {
  const [days, titles] = [browser.texts('conversations__day'), browser.texts('conversations__title')];
  return titles.map((title, i) => `${days[i]}: ${title}`).join(', ');
}

test('conversations are pinned, archived, deleted and taken back', async t => {
  const { browser, items } = await startWith(t, 'One', 'Two');
  const [one] = items;
  const press = (name: string) => browser.press(name, { within: one ?? '' });
  await press('Pin');
  assert.equal(listed(browser), 'Pinned: One, Today: Two');
  await press('Unpin');
  assert.equal(listed(browser), 'Today: Two, Today: One');
  await press('Archive');
  assert.ok(browser.says('Archived “One”.'));
  assert.equal(listed(browser), 'Today: Two');
  await browser.press('Undo');
  assert.equal(listed(browser), 'Today: Two, Today: One');

  await press('Archive');
  await browser.follow('Archive');
  await browser.follow(/^One/, 'main');
  assert.ok(browser.says('This conversation is in the archive.'));
  await browser.press('Unarchive');
  assert.equal(listed(browser), 'Today: Two, Today: One');
  await press('Delete');
  assert.ok(browser.says('Deleted “One”.'));
  await browser.press('Undo');
  assert.deepEqual(browser.texts('chat__title'), ['One']);
  assert.equal(listed(browser), 'Today: Two, Today: One');
});

test('whoever is too late to take a deletion back is told so', async t => {
  const { browser, items, deps } = await startWith(t, 'One', 'Two');
  await browser.press('Delete', { within: items[0] ?? '' });
  await deps.db.deleteFrom('conversations').where('title', '=', 'One').execute();
  await browser.press('Undo');
  assert.equal(browser.answer?.status, 404);
  assert.ok(browser.says('It is too late to undo.'));
  assert.equal(browser.attribute('Undo', 'class'), undefined);
});

test('Rename in the list leads to the field for the title, and each page then has the new one', async t => {
  const { browser, items } = await startWith(t, 'One', 'Two');
  await browser.follow('Rename', items[0]);
  assert.notEqual(browser.attribute('title', 'open'), undefined);
  assert.match(browser.answer?.body ?? '', /name="title" value="One"[^>]* autofocus/);
  await browser.press('Rename', { fields: { title: 'Uno' } });
  assert.deepEqual(browser.texts('chat__title'), ['Uno']);
  await browser.follow('New conversation');
  assert.equal(listed(browser), 'Today: Two, Today: Uno');
  for (const item of items) await browser.press('Delete', { within: item });
  assert.equal(listed(browser), '');
  assert.match(browser.address, /^\/conversations\/new\?deleted=/);
});

test('the next page has the title that the model gave', async t => {
  const { browser, upstream } = await start(t);
  upstream.title = 'Growing tomatoes';
  await browser.press('Send', { fields: { content: 'How do I grow tomatoes?' } });
  const path = browser.address.replace('?live=1', '');
  await eventually(async () => {
    await browser.visit(path);
    return browser.texts('chat__title').includes('Growing tomatoes');
  });
  assert.equal(listed(browser), 'Today: Growing tomatoes');
});

test('what is found is a page, which leads to the messages', async t => {
  const { browser } = await startWith(t, 'The wombat sleeps', 'Tea');
  await browser.enter('q', 'wombat');
  assert.ok(browser.says('2 results'));
  const [, href = ''] = /class="found__message" href="([^"]+)"/.exec(browser.answer?.body ?? '') ?? [];
  await browser.visit(href.replaceAll('&amp;', '&'));
  const [, target] = browser.address.split('#');
  assert.equal(browser.attribute(target ?? '', 'data-role'), 'user');
});

test('a pair is deleted', async t => {
  const { browser, ids } = await startIn(t, ['One', 'Reply', 'Two', 'Another']);
  await browser.press('Delete this question and its replies', { within: ids[0] ?? '' });
  assert.deepEqual(browser.texts('message__text'), ['Two', 'Another']);
});

test('a question is edited on a page of its own, and the pager leads back', async t => {
  const { browser, ids, path } = await startIn(t, ['One', 'About One', 'Two', 'About Two']);
  const shown = () => browser.texts('message__text');
  await browser.follow('Edit', ids[0]);
  assert.equal(browser.value('content'), 'One');
  await browser.follow('Cancel');
  assert.equal(browser.value('content'), '');
  await browser.follow('Edit', ids[0]);
  assert.match(browser.attribute(ids[0] ?? '', 'class') ?? '', /message--edited/);
  assert.equal(browser.texts('message--edited').length, 1);
  await browser.press('Ask again', { fields: { content: 'One anew' } });
  await browser.visit(path);
  assert.deepEqual(shown(), ['One anew', 'About One anew']);
  await browser.press('Previous version');
  assert.deepEqual(shown(), ['One', 'About One', 'Two', 'About Two']);
});

test('a reply is continued, written anew, and each version shown again', async t => {
  const { browser, ids, deps, upstream, path } = await startIn(t, ['One', 'The moon pulls']);
  await deps.db
    .updateTable('messages')
    .set({ status: 'interrupted' })
    .where('role', '=', 'assistant')
    .execute();
  const shows = (version: string, text: string) => {
    assert.deepEqual(browser.texts('pager__place'), version ? [version] : []);
    assert.equal(browser.texts('message__text').at(-1), text);
    assert.equal(browser.texts('message').length, 2);
  };
  await browser.visit(path);
  upstream.answerAll(call => call.whole(' the water.'));
  await browser.press('Continue', { within: ids[1] ?? '' });
  await browser.visit(path);
  shows('', 'The moon pulls the water.');
  upstream.answerAll(call => call.whole('It is the moon.'));
  await browser.press('Regenerate');
  await browser.visit(path);
  shows('2/2', 'It is the moon.');
  assert.notEqual(browser.attribute('Next version', 'disabled'), undefined);
  await browser.press('Previous version');
  shows('1/2', 'The moon pulls the water.');
  await browser.press('Next version');
  shows('2/2', 'It is the moon.');
});

test('another bot and model for a reply are chosen on a page of their own', async t => {
  const { browser, upstream, path } = await startIn(t, ['One', 'Plainly.']);
  const models: (string | undefined)[] = [];
  upstream.answerAll(call => {
    models.push(call.body.model);
    call.whole('Sugar.');
  });
  await browser.follow('Regenerate with another bot or model');
  await browser.follow('Cancel');
  await browser.follow('Regenerate with another bot or model');
  await browser.press('Regenerate', { fields: { bot: 'BelleBot', model: 'another-model' } });
  await browser.visit(path);
  assert.equal(browser.texts('message__text').at(-1), 'Sugar.');
  assert.match(browser.texts('message__speaker').join(), /BelleBot$/);
  assert.deepEqual(models, ['another-model']);
});

test('a reply is rated, its facts stand beside it, and Copy leads to its Markdown as plain text', async t => {
  const markdown = 'The **moon** pulls.\n\n- the sea\n- the air';
  const { browser, ids } = await startIn(t, ['What *pulls*?', markdown]);
  const reply = ids[1] ?? '';
  await browser.press('Good reply', { within: reply });
  assert.equal(browser.attribute('Good reply', 'aria-pressed'), 'true');
  assert.match(browser.texts('about').at(-1) ?? '', /scripted/);
  const buttons = [...(browser.answer?.body ?? '').matchAll(/popovertarget="(message_[^"]+)"/g)];
  assert.equal(browser.attribute(buttons.at(-1)?.[1] ?? '', 'popover'), '');
  await browser.follow('Copy as Markdown', reply);
  assert.equal(browser.answer?.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(browser.answer?.body, markdown);
});

test('a link leads to the earlier messages, and what is done to one of them back to its place', async t => {
  const { browser, deps } = await start(t);
  const { path, ids } = await insertLongConversation(deps.db, 60);
  await browser.visit(path);
  assert.equal(browser.texts('message').length, 40);
  await browser.follow('Earlier messages');
  assert.equal(browser.texts('message').length, 60);

  await browser.visit(`${path}?from=${ids[2]}`);
  const place = `#message_${ids[5]}`;
  await browser.press('Good reply', { within: `message_${ids[5]}` });
  assert.ok(browser.address.endsWith(place), browser.address);
  assert.match(browser.texts('message').join(), /Message 5/);
  await browser.press('Delete this question and its replies', { within: `message_${ids[6]}` });
  assert.ok(browser.address.endsWith(place), browser.address);
  assert.match(browser.texts('message').join(), /Message 5(?!.*Message 6)/s);
});

test('a bot is made, asked, changed, copied and deleted', async t => {
  const { browser, upstream } = await start(t);
  const given: (string | undefined)[] = [];
  upstream.answerAll(call => {
    given.push(call.body.messages[0]?.content);
    call.whole('Hello');
  });
  await browser.follow('Bots');
  await browser.follow('New bot');
  await browser.press('Make this bot', { fields: { name: 'Quill', colour: 'violet' } });
  assert.ok(browser.says('Say who the bot is'));
  assert.equal(browser.value('name'), 'Quill');
  assert.equal(browser.attribute('bot_instructions', 'aria-invalid'), 'true');
  assert.notEqual(browser.attribute('bot_instructions', 'autofocus'), undefined);
  await browser.press('Make this bot', { fields: { instructions: 'You are Quill.', emoji: '🪶' } });
  await browser.press('Send', { fields: { content: 'One' } });
  await browser.visit('/');
  assert.deepEqual(given, ['You are Quill.']);
  assert.match(browser.answer?.body ?? '', /data-initial="🪶"/);

  await browser.follow('Bots');
  await browser.follow('Edit Quill');
  await browser.press('Save', { fields: { name: 'Feather' } });
  await browser.follow('Copy Feather');
  assert.equal(browser.value('name'), 'Feather copy');
  await browser.follow('Bots');
  await browser.follow('Edit Feather');
  await browser.press('Yes, delete it');
  assert.ok(browser.says('A bot of your own has'));
  await browser.visit('/');
  assert.match(browser.texts('message__speaker').join(), /Feather$/);
});

test('theme and text size are chosen with one press each, which keeps the keyboard', async t => {
  const { browser } = await start(t);
  await browser.follow('Settings');
  for (const [name, attribute] of [
    ['Dark', 'data-theme="dark"'],
    ['Large', 'data-text-size="large"'],
  ] as const) {
    await browser.press(name);
    assert.match(browser.answer?.body ?? '', new RegExp(`<html [^>]*${attribute}`));
    assert.equal(browser.attribute(name, 'aria-pressed'), 'true');
    assert.notEqual(browser.attribute(name, 'autofocus'), undefined);
  }
});

test('the keys are listed on a page, and a conversation is saved as a file', async t => {
  const { browser } = await startIn(t, ['Tomatoes?', 'In **good** soil.']);
  for (const [name, file] of [
    ['Export as Markdown', 'One.md'],
    ['Export as JSON', 'One.json'],
  ] as const) {
    await browser.visit('/');
    await browser.follow(name);
    assert.match(
      browser.answer?.headers.get('content-disposition') ?? '',
      new RegExp(`^attachment; .*${file}`),
    );
  }
  await browser.visit('/');
  await browser.follow('Keyboard shortcuts');
  assert.equal(browser.address, '/shortcuts');
  assert.match(browser.answer?.body ?? '', /<h2[^>]*>Keyboard shortcuts<\/h2>/);
});
