import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { install } from '../support/installation.ts';
import { isLive, markDocument, newestReply, showsStatus, showsText } from '../support/page.ts';
import { startRedis } from '../support/redis.ts';
import { messagesOf } from '../support/rows.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startServer, startWorker } from '../support/server-process.ts';
import { type Trial, tryElements, tryTogether } from './elements.ts';
import { converse, isAsFresh, OUR_SCRIPT, post } from './stock-page.ts';

/** Action Cable's client looks every 6 to 12 s whether it is connected, and waits once more soon after a loss. */
const RECONNECTION_MS = 60_000;

/** Turbo carries out a refresh so long after the last one that it was told of. */
const TURBO_COLLECTS_REFRESHES_MS = 150;

tryElements('a stock element that missed something', {
  async 'is refreshed where the rows are newer than its page when it subscribes'({ t, open }) {
    const { url, deps, upstream } = await startTestApp(t);
    const { page } = await open();
    const conversation = await converse(page, url);
    const call = await upstream.nextCall();
    const missed = Promise.withResolvers<void>();
    await page.route(OUR_SCRIPT, async route => {
      await missed.promise;
      await route.fallback();
    });
    await page.goto(conversation, { waitUntil: 'commit' });
    await newestReply(page).waitFor();
    call.text('written before it subscribed');
    await eventually(async () => (await messagesOf(deps.db, conversation))[1]?.content !== '');
    missed.resolve();
    await showsText(page, 'written before it subscribed');
    call.finish();
    await showsStatus(page, 'complete');
    await isAsFresh(page);
  },

  async 'ends right where a reply is finished while its page is being refreshed'({ t, open }) {
    const { url, deps, upstream } = await startTestApp(t);
    const { page } = await open();
    const conversation = await converse(page, url);
    const call = await upstream.nextCall();
    const missed = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const refreshing = Promise.withResolvers<void>();
    await page.route(OUR_SCRIPT, async route => {
      await missed.promise;
      await route.fallback();
    });
    await page.route(conversation, async route => {
      if (route.request().resourceType() !== 'fetch') return await route.continue();
      const response = await route.fetch();
      refreshing.resolve();
      await finished.promise;
      await route.fulfill({ response });
    });
    await page.goto(conversation, { waitUntil: 'commit' });
    await newestReply(page).waitFor();
    call.text('written before it subscribed');
    await eventually(async () => (await messagesOf(deps.db, conversation))[1]?.content !== '');
    missed.resolve();
    await refreshing.promise;
    call.text(', and while it was refreshed');
    call.finish();
    await showsStatus(page, 'complete');
    await delay(2 * TURBO_COLLECTS_REFRESHES_MS);
    finished.resolve();
    await eventually(() => page.evaluate(() => !document.documentElement.ariaBusy));
    await showsText(page, 'and while it was refreshed');
    await showsStatus(page, 'complete');
    await isAsFresh(page);
  },

  async 'gets what was lost on the way by the refresh after the finished message'({ t, open }) {
    const { url, deps, upstream } = await startTestApp(t);
    const { page } = await open();
    const lost: string[] = [];
    let isLossy = false;
    await page.routeWebSocket(/\/cable/, socket => {
      const server = socket.connectToServer();
      server.onMessage(message => void (isLossy ? lost.push(String(message)) : socket.send(message)));
    });
    const conversation = await converse(page, url);
    (await upstream.nextCall()).finish();
    await eventually(async () => (await messagesOf(deps.db, conversation))[1]?.status === 'failed');
    await page.goto(conversation);
    await isLive(page);

    isLossy = true;
    await post(page, `${conversation}/messages`, { content: 'A question', bot: 'ChatBot' });
    const call = await upstream.nextCall();
    await eventually(() => lost.some(message => /A question/.test(message)));
    isLossy = false;
    call.text('An answer');
    call.finish();
    await page.locator('#messages').getByText('A question').waitFor();
    await isAsFresh(page);
  },

  async 'shows that its conversation was deleted elsewhere'({ t, open }) {
    const { url, upstream } = await startTestApp(t);
    const { page } = await open();
    const conversation = await converse(page, url);
    (await upstream.nextCall()).finish();
    await page.goto(conversation);
    await isLive(page);
    await post(page, `${conversation}/deletion`);
    await page.getByText('There is no such conversation, or no longer.').waitFor();
  },
});

/** A page at a conversation of its own, in mid-reply. */
async function followReply({ open }: Trial, url: string, upstream: ScriptedUpstream) {
  const { page } = await open();
  const conversation = await converse(page, url);
  const call = await upstream.nextCall();
  // From here on nothing changes: a refresh that finds no server would lead to the browser's own page of the error.
  await page.goto(conversation);
  await isLive(page);
  const isSame = await markDocument(page);
  call.text('Before, ');
  await showsText(page, 'Before,');
  return { page, call, isSame };
}

/** Waits until the page shows what was written meanwhile, and all that follows. */
async function comesBack({ page, call, isSame }: Awaited<ReturnType<typeof followReply>>): Promise<void> {
  await newestReply(page).getByText('Before, meanwhile,').waitFor({ timeout: RECONNECTION_MS });
  call.text('and after');
  await showsText(page, 'Before, meanwhile, and after');
  call.finish();
  await showsStatus(page, 'complete');
  await isAsFresh(page);
  assert.ok(await isSame());
}

tryTogether('stock elements whose web process is replaced in mid-reply', async (t, trials) => {
  const redis = await startRedis(t);
  const { environment, upstream } = await install(t, {
    REDIS_URL: redis.url,
    PORT: String(await freePort()),
  });
  const [server] = await Promise.all([startServer(t, environment), startWorker(t, environment)]);
  const followed = new Map<string, Awaited<ReturnType<typeof followReply>>>();
  for (const [name, trial] of Object.entries(trials))
    followed.set(name, await followReply(trial, server.url, upstream));

  server.kill('SIGTERM');
  await server.exited;
  for (const { call } of followed.values()) call.text('meanwhile, ');
  await startServer(t, environment);
  for (const [name, reply] of followed) await t.test(`${name} comes back by itself`, () => comesBack(reply));
});
