// Writes of revisions that were made elsewhere, to a new database, which allows conflicts. The address is the admin port's.
import assert from 'node:assert/strict';
import { local, remote, run, url } from './shared.mjs';

const db = remote();
const asMade = { new_edits: false };

// PouchDB returns the rows of what was refused, and no others, for revisions that were made elsewhere.
const write = async (...docs) => (await db.bulkDocs(docs, asMade)).map(({ id, status, error, reason }) => [id, status, error, reason]);
const leaves = async (of, id) => (await of.get(id, { open_revs: 'all' }))
  .map(({ ok }) => `${ok._rev}${ok._deleted ? ' deleted' : ''}`).sort();
const configure = settings => fetch(
  `${url}/_config`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(settings) });

const scenarios = {
  async compaction() {
    const { rev } = await db.put({ _id: 'd', n: 1, _attachments: { 'a.txt': { content_type: 'text/plain', data: 'aGk=' } } });
    await db.put({ _id: 'd', _rev: rev, n: 2, _attachments: { 'a.txt': { stub: true, digest: (await db.get('d'))._attachments['a.txt'].digest, revpos: 1 } } });
    await db.remove(await db.put({ _id: 'gone' }).then(() => db.get('gone')));

    assert.deepEqual(await db.compact(), { ok: true });
    assert.deepEqual(await db.compact({ interval: 1 }), { ok: true });

    assert.equal((await db.get('d')).n, 2);
    assert.equal((await db.get('d', { rev })).n, 1, 'old bodies are kept for their five minutes');
    assert.equal((await db.getAttachment('d', 'a.txt')).toString(), 'hi');
    await assert.rejects(db.get('gone'), { status: 404, reason: 'deleted' });
    const copy = local();
    assert.equal((await copy.replicate.from(db)).docs_written, 2);
    assert.equal((await copy.getAttachment('d', 'a.txt')).toString(), 'hi');
  },

  async modification() {
    assert.deepEqual(await write({ _id: 'd', _rev: '1-x', n: 1 }), []);
    assert.deepEqual(await write({ _id: 'd', _rev: '1-x', n: 9 }), []);
    assert.deepEqual(await db.get('d'), { _id: 'd', _rev: '1-x', n: 1 });

    // Nothing says that 2-y follows 1-x.
    assert.deepEqual(await write({ _id: 'd', _rev: '2-y', n: 2 }), []);
    assert.deepEqual(await db.get('d'), { _id: 'd', _rev: '2-y', n: 2 });
    assert.deepEqual(await leaves(db, 'd'), ['1-x', '2-y']);

    assert.deepEqual(await write({ _id: 'd', _rev: '3-z', _revisions: { start: 3, ids: ['z', 'y'] }, n: 3 }), []);
    assert.deepEqual(await leaves(db, 'd'), ['1-x', '3-z']);
    assert.deepEqual(await write({ _id: 'e', _rev: '4-w' }), []);
    assert.deepEqual((await db.get('e', { revs: true }))._revisions, { start: 4, ids: ['w'] });
  },

  async deletion() {
    const { rev } = await db.put({ _id: 'd', n: 1 });
    const digest = rev.slice(2);
    assert.deepEqual(await write({ _id: 'd', _rev: '2-y', _deleted: true, _revisions: { start: 2, ids: ['y', digest] } }), []);
    await assert.rejects(db.get('d'), { status: 404, reason: 'deleted' });

    assert.deepEqual(await write({ _id: 'e', _rev: '1-x' }, { _id: 'e', _rev: '2-y', _deleted: true }), []);
    assert.equal((await db.get('e'))._rev, '1-x', 'a live branch wins over a longer deleted one');
    assert.deepEqual(await leaves(db, 'e'), ['1-x', '2-y deleted']);
  },

  async withoutRevision() {
    assert.deepEqual(await write({ _id: 'none' }, { _id: 'd', _rev: '1-x' }), [['none', 400, 'bad_request', 'Bad _revisions']]);
    assert.equal((await db.get('d'))._rev, '1-x');
  },

  async conflictsMember() {
    assert.deepEqual(await write({ _id: 'd', _rev: '1-x', _conflicts: ['1-a'] }), []);
    assert.deepEqual(await db.get('d'), { _conflicts: ['1-a'], _id: 'd', _rev: '1-x' }, 'stored like any other member');
    const copy = local();
    const { docs_written, doc_write_failures } = await copy.replicate.from(db);
    assert.deepEqual([docs_written, doc_write_failures], [1, 0]);
    assert.deepEqual(await copy.get('d'), { _id: 'd', _rev: '1-x' });
  },

  async someRefused() {
    assert.equal((await configure({ sync: 'function(doc) { if (doc.secret) throw({forbidden: "no secrets"}); }' })).status, 201);
    const rows = await db.bulkDocs([{ _id: 'a' }, { _id: 'b', secret: true }, { _id: 'c', _rev: '1-abc' }, { _id: 'd' }]);
    assert.deepEqual(rows.map(row => row.rev ? [row.id] : [row.id, row.status, row.error, row.reason]), [
      ['a'], ['b', 403, 'forbidden', 'no secrets'], ['c', 409, 'conflict', 'Document revision conflict'], ['d']]);

    const source = local();
    await source.bulkDocs([{ _id: 'e' }, { _id: 'f', secret: true }, { _id: 'g' }]);
    const denied = [];
    const result = await source.replicate.to(db).on('denied', error => denied.push([error.id, error.status, error.reason]));
    assert.deepEqual([result.ok, result.docs_read, result.docs_written, result.doc_write_failures], [true, 3, 2, 1]);
    assert.deepEqual(denied, [['f', 403, 'no secrets']]);
    assert.deepEqual((await db.allDocs()).rows.map(row => row.id), ['a', 'd', 'e', 'g']);
  },

  async allRefused() {
    assert.equal((await configure({ sync: 'function() { throw({forbidden: "closed"}); }' })).status, 201);
    const source = local();
    await source.bulkDocs([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
    const result = await source.replicate.to(db);
    assert.deepEqual([result.ok, result.docs_written, result.doc_write_failures, result.errors.length], [true, 0, 3, 3]);

    // Denied documents are not sent again; what is written afterwards is.
    await configure({ sync: 'function() {}' });
    await source.put({ _id: 'd' });
    assert.equal((await source.replicate.to(db)).docs_written, 1);
    assert.deepEqual((await db.allDocs()).rows.map(row => row.id), ['d']);
  },

  // The target is a local database whose writes fail, for one document of a batch and for a whole batch.
  async targetFails() {
    assert.deepEqual(await write({ _id: 'a', _rev: '1-a' }, { _id: 'b', _rev: '1-b' }, { _id: 'c', _rev: '1-c' }), []);
    const target = local();
    const bulkDocs = target.bulkDocs;
    target.bulkDocs = async function (batch, options) {
      const rows = await bulkDocs.call(target, { ...batch, docs: batch.docs.filter(doc => doc._id !== 'b') }, options);
      return [...rows, { id: 'b', status: 500, name: 'broken', error: true }];
    };
    await assert.rejects(target.replicate.from(db), error => error.result.docs_written === 2 && error.result.doc_write_failures === 1);
    target.bulkDocs = () => Promise.reject(new Error('broken'));
    await assert.rejects(target.replicate.from(db), error => error.result.docs_written === 0 && error.result.doc_write_failures === 1);
    target.bulkDocs = bulkDocs;
    const last = await target.replicate.from(db);
    assert.deepEqual([last.docs_read, last.docs_written, last.doc_write_failures], [1, 1, 0]);
    assert.equal((await target.info()).doc_count, 3);
  },

  async manyConflicts() {
    const revisions = Array.from({ length: 200 }, (_, n) => `1-${n.toString(16).padStart(32, '0')}`);
    assert.deepEqual(await write(...revisions.map(_rev => ({ _id: 'd', _rev }))), []);
    const copy = local();
    assert.equal((await copy.replicate.from(db)).docs_written, 200);
    assert.deepEqual(await leaves(copy, 'd'), revisions);
    const back = await copy.replicate.to(db);
    assert.deepEqual([back.docs_read, back.doc_write_failures], [0, 0]);
  },

  async staggeredRevisions() {
    const copy = local();
    for (const revisions of [['1-a', '1-b'], ['1-c', '1-d']]) {
      assert.deepEqual(await write(...revisions.map(_rev => ({ _id: 'd', _rev }))), []);
      const { docs_read, docs_written } = await copy.replicate.from(db);
      assert.deepEqual([docs_read, docs_written], [2, 2], 'only the new revisions');
    }

    assert.deepEqual(await leaves(copy, 'd'), ['1-a', '1-b', '1-c', '1-d']);
  },
};

// PouchDB creates the database.
const created = await fetch(`${url}/`, { method: 'PUT' });
assert.equal(created.status, 201);
await run(scenarios);
