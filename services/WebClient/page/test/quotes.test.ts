import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJsonQuotes } from '../src/quotes.js';

const parse = (text: string): unknown => JSON.parse(toJsonQuotes(text));

test('ids that Go quotes with its own escapes are read', () => {
  assert.deepEqual(parse('{"a\\r\\x1b[2Kb":{"missing":["1-a"]},\n"\\a\\v\\x7f":{},\n"\\U000e0001":{}}'), {
    'a\r\u001b[2Kb': { missing: ['1-a'] },
    '\u0007\u000b\u007f': {},
    '\u{e0001}': {},
  });
});

test('what JSON writes in the same way stays', () => {
  const answer = { 'a\\x1b\\a\\U0001f600': 1, 'a"b\\\\': 2, '\n\t\b\f\r': 3, 'é😀': 4 };
  assert.deepEqual(parse(JSON.stringify(answer)), answer);
});
