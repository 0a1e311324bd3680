import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

const asked = '[{"role":"user","content":"Hello?"}]';

/** What a person types after `curl -N`, and what each text and the end look like then. */
const commands: Readonly<Record<string, { args: readonly string[]; texts: readonly string[]; end: string }>> =
  {
    'GET /v1/completions/live_stream': {
      args: ['-G', '--data-urlencode', 'prompt=Hello?', '/v1/completions/live_stream'],
      texts: ['data: {"status":200,"content":"Hel"}\n\n', 'data: {"status":200,"content":"Hello"}\n\n'],
      end: 'data: [DONE]\n\n',
    },
    'GET /chat': {
      args: ['-G', '--data-urlencode', `messages=${asked}`, '/chat'],
      texts: ['event: text\ndata: {"text":"Hel"}\n\n', 'event: text\ndata: {"text":"lo"}\n\n'],
      end: 'event: done\ndata: {}\n\n',
    },
    'POST /chat': {
      args: ['-H', 'content-type: application/json', '-d', `{"messages":${asked}}`, '/chat'],
      texts: ['event: text\ndata: {"text":"Hel"}\n\n', 'event: text\ndata: {"text":"lo"}\n\n'],
      end: 'event: done\ndata: {}\n\n',
    },
  };

for (const [name, { args, texts, end }] of Object.entries(commands)) {
  test(`\`curl -N\` shows ${name} while the model writes`, async t => {
    const { url, upstream } = await startTestApp(t);
    const curl = startCurl(t, url, args);
    const call = await upstream.nextCall();
    for (const [index, text] of ['Hel', 'lo'].entries()) {
      call.text(text);
      await eventually(() => curl.output.endsWith(texts[index] ?? ''));
    }
    call.finish();
    assert.deepEqual(await curl.ended, [0, null]);
    assert.ok(curl.output.endsWith(end), curl.output);
  });

  test(`whoever ends \`curl -N\` on ${name} ends the request at the model`, async t => {
    const { url, upstream } = await startTestApp(t);
    const curl = startCurl(t, url, args);
    const call = await upstream.nextCall();
    call.text('Hel');
    await eventually(() => curl.output.includes('Hel'));
    curl.kill();
    await call.closed;
  });
}

/** Runs curl; the last argument is an address of ours. */
function startCurl(t: TestContext, url: string, args: readonly string[]) {
  const address = `${url}${args.at(-1)}`;
  const child = spawn('curl', ['-N', '-s', ...args.slice(0, -1), address]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => (output += text));
  const ended = once(child, 'close');
  const kill = () => void child.kill('SIGKILL');
  t.after(kill);
  return {
    get output() {
      return output;
    },
    ended,
    kill,
  };
}
