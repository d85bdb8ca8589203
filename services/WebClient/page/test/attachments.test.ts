import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { attachmentsOf, readRevisions } from '../src/attachments.js';
import { batchesOf } from '../src/batches.js';

const photo = (number: number, bytes: number): Buffer => Buffer.alloc(bytes, number);
const digest = (data: Buffer): string => `sha1-${createHash('sha1').update(data).digest('base64')}`;

/** A server with one photo for each document. It notes which documents were read with data. */
function server(photos: Record<string, Buffer>) {
  const read: string[][] = [];
  const post = (query: string, docs: readonly { id: string }[]): Promise<Response> => {
    const isComplete = query.includes('attachments=true');
    if (isComplete) {
      read.push(docs.map(({ id }) => id));
    }

    const parts = docs.map(({ id }) => {
      const data = photos[id];
      const member = data && { content_type: 'image/jpeg', digest: digest(data), length: data.length, ...(isComplete ? { data: data.toString('base64') } : { stub: true }) };
      return JSON.stringify({ _id: id, _rev: '1-a', ...(member ? { _attachments: { photo: member } } : {}) });
    });
    const body = [...parts.map(part => `--x\r\nContent-Type: application/json\r\n\r\n${part}\r\n`), '--x--\r\n'].join('');
    return Promise.resolve(new Response(body, { headers: { 'Content-Type': 'multipart/mixed; boundary=x' } }));
  };
  return { read, post };
}

test('photos are read after their documents, some megabytes at a time', async () => {
  const photos = Object.fromEntries([0, 1, 2, 3].map(number => [`p${number}`, photo(number, 1_500_000)]));
  const { read, post } = server(photos);
  const docs = [...Object.keys(photos), 'plain'].map(id => ({ id }));
  const rows = await readRevisions(docs, post, () => Promise.resolve(undefined));

  assert.deepEqual(read, [['p0', 'p1'], ['p2', 'p3']]);
  assert.deepEqual(rows.map(row => row.kind === 'document' && row.doc._id), docs.map(({ id }) => id));
  for (const row of rows.slice(0, 4)) {
    assert.ok(row.kind === 'document');
    const [[name, { data, content_type: type }]] = attachmentsOf(row.doc) as [[string, { data: Blob; content_type: string }]];
    assert.deepEqual([name, type, data.type], ['photo', 'image/jpeg', 'image/jpeg']);
    assert.ok(Buffer.from(await data.arrayBuffer()).equals(photos[row.doc._id]!));
  }
});

test('a photo that this device has is not read again, unless it has changed', async () => {
  const { read, post } = server({ same: photo(1, 100), changed: photo(2, 100), longer: photo(3, 101), empty: photo(0, 0) });
  const rows = await readRevisions(
    ['same', 'changed', 'longer', 'empty'].map(id => ({ id })), post, id => Promise.resolve(id === 'empty' ? undefined : new Blob([new Uint8Array(100).fill(1)])));

  assert.deepEqual(read, [['changed', 'longer', 'empty']]);
  const [same] = rows;
  assert.ok(same?.kind === 'document');
  assert.equal(attachmentsOf(same.doc)[0]?.[1].data.size, 100);
});

test('batches keep the order, lose nothing, and are larger than the limit only with one item', () => {
  for (let seed = 0; seed < 500; seed++) {
    const items = Array.from({ length: seed % 23 }, (_, index) => (seed * 7919 + index * 104_729) % 19);
    const batches = batchesOf(items, item => item, 20);
    assert.deepEqual(batches.flat(), items);
    for (const batch of batches) {
      assert.ok(batch.length === 1 || batch.reduce((sum, item) => sum + item, 0) <= 20, `seed ${seed}`);
    }
  }
});
