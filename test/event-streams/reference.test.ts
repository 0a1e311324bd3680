import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { sharedChromium } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { openPage } from '../support/page.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

const ROOT = join(import.meta.dirname, '../..');
const REFERENCE = readFileSync(join(ROOT, 'docs/event-streams.md'), 'utf8');
/** In the reference: where Parley usually is. */
const USUAL_URL = 'http://127.0.0.1:3000';

const commands = blocks('sh').flatMap(block => block.trim().split('\n'));
const isModule = (script: string) => script.startsWith('import ');

function blocks(language: string): string[] {
  return [...REFERENCE.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, block = '']) => block,
  );
}

/** Answers as a model does that is asked what the reference asks. */
function answerHello(upstream: ScriptedUpstream): void {
  upstream.answerAll(call => {
    assert.equal(call.body.messages.at(-1)?.content, 'Hello');
    call.text('Hel');
    call.text('lo!');
    call.finish();
  });
}

async function run(t: TestContext, url: string, program: string, script: string): Promise<string> {
  const child = spawn(program, ['-'], { cwd: ROOT, stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => child.kill());
  child.stdin.end(script.replaceAll(USUAL_URL, url));
  return await text(child.stdout);
}

test('the reference shows all three ways by curl, by EventSource and by fetch', () => {
  assert.equal(commands.length, 4);
  assert.equal(blocks('js').length, 3);
});

for (const command of commands) {
  test(`\`${command}\` gets the reply`, async t => {
    const { url, upstream } = await startTestApp(t);
    answerHello(upstream);
    const output = await run(t, url, 'sh', command);
    assert.match(output, /lo!"\}\n\n(id: 3\ndata: \[DONE\]|id: 3\nevent: done\ndata: \{\})\n\n$/);
  });
}

for (const script of blocks('js').filter(isModule)) {
  test('the script of the reference that posts writes the reply', async t => {
    const { url, upstream } = await startTestApp(t);
    answerHello(upstream);
    assert.equal(await run(t, url, process.execPath, script), 'Hello!');
  });
}

for (const [index, script] of blocks('js')
  .filter(each => !isModule(each))
  .entries()) {
  test(`script ${index + 1} of the reference for a page logs the reply as it grows`, async t => {
    const { url, upstream } = await startTestApp(t);
    answerHello(upstream);
    const page = await openPage(t, await sharedChromium());
    const said: string[] = [];
    page.on('console', message => said.push(message.text()));
    await page.goto(`${url}/conversations/new`);
    await page.evaluate(script);
    await eventually(() => said.length === 2);
    assert.deepEqual(said, ['Hel', 'Hello!']);
  });
}

test('every heading that the reference points to is there', () => {
  const headings = [...REFERENCE.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor = ''] of REFERENCE.matchAll(/\]\(#([^)]+)\)/g))
    assert.ok(headings.includes(anchor), anchor);
});
