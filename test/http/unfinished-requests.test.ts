import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { startTestApp } from '../support/app.ts';
import { freshPostgres } from '../support/databases.ts';
import { Visitor } from '../support/visitor.ts';

/** So many turns of the process's loop after it came a request is somewhere between its arrival and its answer. */
const TURNS = 8;

test('what was begun for those who left has ended when the program has, wherever it was', async t => {
  for (let turns = 0; turns < TURNS; turns++) {
    await t.test(`after ${turns} turns`, async t => {
      const DATABASE_URL = await freshPostgres(t); // which answers later than it is asked
      const { app, url } = await startTestApp(t, { DATABASE_URL }); // whose log must say nothing
      const visitor = new Visitor(url);
      await visitor.get('/');
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await once(socket, 'connect');
      const arrived = once(app.server, 'request');
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${visitor.cookie}\r\n\r\n`);
      await arrived;
      socket.destroy();
      for (let n = 0; n < turns; n++) await turn();
      await app.close();
      assert.equal(app.server.listening, false);
    });
  }
});
