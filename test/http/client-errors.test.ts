import { connect } from 'node:net';
import test from 'node:test';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

test('whoever stays after a request that cannot be read does not hold up the end of the process', async t => {
  const { app, url } = await startTestApp(t);
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => socket.destroy());
  let answer = '';
  socket.setEncoding('utf8').on('data', text => (answer += text));
  socket.write(`GET /chat?messages=${'x'.repeat(60_000)}`);
  await eventually(() => /^HTTP\/1\.1 414 [\s\S]*by POST\.\n$/.test(answer));
  await app.close();
});
