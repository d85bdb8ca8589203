import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBulkGet, type Row } from '../src/bulkget.js';
import { FailureCount } from '../src/failures.js';

const IDS = ['/', '/x', '//', '.', '..', '%', 'z%', '%2F', 'a/b', '\t', '\n', '"', '😀', 'x'.repeat(250)];
const TYPE = 'multipart/mixed; boundary="0a1b"';

const part = (body: string, type = 'application/json'): string => `Content-Type: ${type}\r\n\r\n${body}`;

const read = (parts: readonly string[], ids: readonly string[]): Row[] => {
  const text = [...parts.map(one => `--0a1b\r\n${one}\r\n`), '--0a1b--\r\n'].join('');
  return readBulkGet(TYPE, new TextEncoder().encode(text), ids.map(id => ({ id, rev: '1-a' })));
};

const json = (id: string, more: object = {}): string => JSON.stringify({ _id: id, _rev: '1-a', _revisions: { start: 1, ids: ['a'] }, ...more });

test('documents with any id are read', () => {
  const rows = read(IDS.map(id => part(json(id))), IDS);
  assert.deepEqual(rows.map(row => row.kind === 'document' && row.doc._id), IDS);
});

test('one row that cannot be read or stored does not end the batch', () => {
  const deep = `{"_id":"deep","_rev":"1-a","x":${'['.repeat(9000)}${']'.repeat(9000)}}`;
  const bad: [string, string][] = [
    ['gone', part('{"error":"not_found","reason":"missing","status":404,"id":"gone"}', 'application/json; error="true"')],
    ['cut', part('{"_id":"cut"')],
    ['empty', ''],
    ['other', part(json('another'))],
    ['hidden', part(json('hidden', { _removed: true }))],
    ['_local/x', part(json('_local/x'))],
    ['deep', part(deep)],
  ];
  const rows = read([part(json('first')), ...bad.map(([, body]) => body), part(json('last'))], ['first', ...bad.map(([id]) => id), 'last']);
  assert.deepEqual(rows.map(row => row.kind), ['document', ...bad.map(() => 'missing'), 'document']);
});

test('a document with a field error is a document', () => {
  const [row] = read([part(json('a', { error: { code: 'x' } }))], ['a']);
  assert.equal(row?.kind, 'document');
});

test('fields that PouchDB refuses are left out', () => {
  const [row] = read([part(json('a', { _foo: 1, _exp: 2, note: 'x' }))], ['a']);
  assert.deepEqual(row?.kind === 'document' && Object.keys(row.doc).toSorted(), ['_id', '_rev', '_revisions', 'note']);
});

test('attachments come as data in the document or as parts after it, byte by byte', async () => {
  const attachments = { small: { data: 'eA==', content_type: 'text/plain' }, 'big "one"': { follows: true, content_type: 'image/png' } };
  const nested = ['--in', 'Content-Type: application/json', '', json('a', { _attachments: attachments }),
    '--in', 'Content-Disposition: attachment; filename="big \\"one\\""', '', '\r\n--i\r\n\r\n', '--in--'].join('\r\n');
  const [row] = read([part(nested, 'multipart/related; boundary="in"')], ['a']);
  assert.ok(row?.kind === 'document');
  const found = row.doc._attachments as Record<string, { data: Blob; content_type: string }>;
  const contents = Object.entries(found).map(async ([name, { data, content_type: type }]) => [name, type, data.type, await data.text()]);
  assert.deepEqual(await Promise.all(contents), [
    ['small', 'text/plain', 'text/plain', 'x'],
    ['big "one"', 'image/png', 'image/png', '\r\n--i\r\n\r\n'],
  ]);
});

test('a document with an attachment that cannot be stored is not read: an edit would delete the attachment', () => {
  for (const attachments of [{ none: { stub: true } }, { _x: { data: 'eA==' } }]) {
    assert.equal(read([part(json('a', { _attachments: attachments }))], ['a'])[0]?.kind, 'missing');
  }
});

test('a response that is not multipart, or ends too early, is an error of the whole request', () => {
  assert.throws(() => readBulkGet('text/html', new Uint8Array(), [{ id: 'a' }]));
  assert.throws(() => readBulkGet(TYPE, new TextEncoder().encode('--0a1b\r\n\r\n{}'), [{ id: 'a' }]));
});

test('a revision is hopeless after its third failure, and only that one', () => {
  const failures = new FailureCount();
  assert.deepEqual([1, 2, 3].map(() => failures.isHopeless('a', '1-a')), [false, false, true]);
  assert.equal(failures.isHopeless('a', '2-b'), false);
});
