import assert from 'node:assert/strict';
import test, { before, suite } from 'node:test';
import {
  ask,
  isLive,
  markDocument,
  newestReply,
  openTab,
  shownMessages,
  showsStatus,
  showsText,
} from '../support/page.ts';
import { startServer, startWorker } from '../support/server-process.ts';
import { suiteScope } from '../support/several-processes.ts';
import { type AllProcesses, openFirst, startAll } from './all-processes.ts';

const RECOVERY_MS = 30_000;

suite('with processes that are replaced one after the other', () => {
  const scope = suiteScope();
  let all: AllProcesses;
  before(async () => {
    all = await startAll(scope);
  });

  test('a question is answered by the worker as it writes, in every tab', async t => {
    const { upstream } = all;
    const page = await openFirst(t, all);
    await ask(page, 'One');
    const call = await upstream.nextCall();
    await isLive(page);
    const tab = await openTab(t, page);
    await tab.goto(page.url());
    await isLive(tab);
    for (const word of ['The ', 'tides']) {
      call.text(word);
      await Promise.all([showsText(page, word.trim()), showsText(tab, word.trim())]);
    }
    call.finish();
    await Promise.all([showsStatus(page, 'complete'), showsStatus(tab, 'complete')]);
    assert.equal(await shownMessages(page), await shownMessages(tab));
  });

  test('a worker that dies in mid-reply leaves the text, and Continue goes on from it', async t => {
    const { upstream, worker, environment } = all;
    const page = await openFirst(t, all);
    await ask(page, 'One');
    (await upstream.nextCall()).text('Saved before **the');
    await isLive(page);
    const isSame = await markDocument(page);
    await showsText(page, 'Saved before');
    worker.kill('SIGKILL');
    await startWorker(scope, environment);
    await page.locator('#messages > article[data-status=interrupted]').waitFor({ timeout: RECOVERY_MS });

    await page.getByRole('button', { name: 'Continue' }).click();
    const again = await upstream.nextCall();
    assert.deepEqual(again.body.messages.at(-1), { role: 'assistant', content: 'Saved before **the' });
    again.text(' crash** and after');
    again.finish();
    await showsStatus(page, 'complete');
    assert.match(
      await newestReply(page).locator('[id$=_body]').innerHTML(),
      /Saved before <strong>the crash<\/strong> and after/,
    );
    assert.equal(await page.locator('#messages > article').count(), 2);
    assert.ok(await isSame());
  });

  test('a web process that is replaced in mid-reply costs its pages nothing', async t => {
    const { upstream, server, environment } = all;
    const page = await openFirst(t, all);
    await ask(page, 'One');
    const call = await upstream.nextCall();
    await isLive(page);
    const isSame = await markDocument(page);
    call.text('Before, ');
    await showsText(page, 'Before,');
    server.kill('SIGTERM');
    assert.deepEqual(await server.exited, { code: 0, signal: null });
    call.text('meanwhile, ');
    await startServer(scope, environment);
    await showsText(page, 'Before, meanwhile,');
    call.text('and after');
    call.finish();
    await showsStatus(page, 'complete');
    await showsText(page, 'Before, meanwhile, and after');
    assert.ok(await isSame());
  });

  test('a Redis that is replaced in mid-reply costs its pages nothing', async t => {
    const { upstream, redis } = all;
    const page = await openFirst(t, all);
    await ask(page, 'One');
    const call = await upstream.nextCall();
    await isLive(page);
    call.text('Before, ');
    await showsText(page, 'Before,');
    await redis.stop();
    call.text('meanwhile, and after');
    call.finish();
    await redis.start();
    await showsStatus(page, 'complete');
    await showsText(page, 'Before, meanwhile, and after');
  });
});
