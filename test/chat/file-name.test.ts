import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileName, namedApart } from '../../src/chat/file-name.ts';

test('a title becomes a name that every system takes, and that leads nowhere else', () => {
  const names = {
    'Growing tomatoes': 'Growing tomatoes',
    '../../etc/passwd': 'etc passwd',
    'C:\\Windows\\a.b': 'C Windows a.b',
    'What? "Why" <now> | *never*': 'What Why now never',
    '…and so on...': '…and so on',
    '. hidden .': 'hidden',
    'a\u202Egnp.exe\u0000\n': 'a gnp.exe',
    con: 'con_',
    'NUL.txt': 'NUL_.txt',
    Conversation: 'Conversation',
    '//': 'Conversation',
    '': 'Conversation',
    天気予報: '天気予報',
    [`${'x'.repeat(79)} y`]: 'x'.repeat(79),
    ['🪶'.repeat(80)]: '🪶'.repeat(50),
    [`x${'🪶'.repeat(80)}`]: `x${'🪶'.repeat(49)}`,
  };
  for (const [title, name] of Object.entries(names)) assert.equal(fileName(title), name);
});

test('names that are the same but for their case are told apart', () => {
  assert.deepEqual(namedApart(['a', 'A', 'a (2)', 'b', 'a']), ['a', 'A (2)', 'a (2) (2)', 'b', 'a (3)']);
});
