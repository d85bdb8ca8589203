// Replication with a Sync Gateway that refuses conflicts.
import assert from 'node:assert/strict';
import { control, local, name, remote, run, until } from './shared.mjs';

const scenarios = {
  async push() {
    const db = local();
    await db.bulkDocs([{ _id: 'a', n: 1 }, { _id: 'b', text: '<&>\u2028é' }]);
    const result = await db.replicate.to(remote());
    assert.deepEqual([result.ok, result.docs_written, result.doc_write_failures], [true, 2, 0]);
    assert.equal((await remote().get('b')).text, '<&>\u2028é');
    assert.equal((await db.replicate.to(remote())).docs_written, 0);
  },

  async pull() {
    await remote().bulkDocs([{ _id: 'a', n: 1 }, { _id: 'gone', _deleted: true }]);
    const db = local();
    const result = await db.replicate.from(remote());
    assert.equal(result.doc_write_failures, 0);
    assert.equal((await db.get('a')).n, 1);
    await assert.rejects(db.get('gone'), { status: 404 });
    assert.equal((await db.replicate.from(remote())).docs_read, 0);
  },

  async live() {
    const [one, two] = [local(), local()];
    const running = [one.sync(remote(), { live: true, retry: true }), two.sync(remote(), { live: true, retry: true })];
    await one.put({ _id: 'from-one', n: 1 });
    await until('one to two', () => two.get('from-one'));
    await two.put({ ...(await two.get('from-one')), n: 2 });
    await until('two to one', async () => (await one.get('from-one')).n === 2);
    await one.remove(await one.get('from-one'));
    await until('the deletion', () => two.get('from-one').then(() => false, error => error.status === 404));
    running.forEach(sync => sync.cancel());
  },

  async conflicts() {
    const [one, two] = [local(), local()];
    await one.put({ _id: 'd', from: 'base' });
    await one.replicate.to(remote());
    await two.replicate.from(remote());
    await one.put({ ...(await one.get('d')), from: 'one' });
    await two.put({ ...(await two.get('d')), from: 'two' });
    await one.replicate.to(remote());
    const refused = error => error.name === 'conflict' && error.result.doc_write_failures === 1;
    await assert.rejects(two.replicate.to(remote()), refused, 'a second branch is refused');
    await two.replicate.from(remote());
    const mine = await two.get('d', { conflicts: true });
    assert.equal(mine._conflicts.length, 1, 'both are here now');

    // What an app does: take the remote branch, drop the own one.
    const there = await remote().get('d');
    const losers = [mine._rev, ...mine._conflicts].filter(rev => rev !== there._rev);
    for (const rev of losers) await two.remove('d', rev);
    await two.put({ ...there, from: 'merged' });
    await assert.rejects(two.replicate.to(remote()), refused, 'the end of a branch that is not there, too');
    assert.equal((await remote().get('d')).from, 'merged');
  },

  async attachments() {
    const [one, two] = [local(), local()];
    const large = Buffer.alloc(300_000, 'x');
    await one.put({
      _id: 'd',
      _attachments: {
        'a.txt': { content_type: 'text/plain', data: Buffer.from('hi').toString('base64') },
        'large.bin': { content_type: 'application/octet-stream', data: large.toString('base64') },
      },
    });
    assert.equal((await one.replicate.to(remote())).doc_write_failures, 0);
    assert.equal((await two.replicate.from(remote())).doc_write_failures, 0);
    assert.equal((await two.getAttachment('d', 'a.txt')).toString(), 'hi');
    assert.ok(large.equals(await two.getAttachment('d', 'large.bin')));
    assert.equal((await remote().getAttachment('d', 'a.txt')).toString(), 'hi');
    await remote().putAttachment('d', 'b.txt', (await remote().get('d'))._rev, Buffer.from('later'), 'text/plain');
    await two.replicate.from(remote());
    assert.equal((await two.getAttachment('d', 'b.txt')).toString(), 'later');
  },

  async many() {
    const [one, two] = [local(), local()];
    await one.bulkDocs(Array.from({ length: 1000 }, (_, n) => ({ _id: `doc-${n}`, n })));
    assert.equal((await one.replicate.to(remote())).docs_written, 1000);
    assert.equal((await two.replicate.from(remote())).docs_written, 1000);
    assert.equal((await two.info()).doc_count, 1000);
  },

  async offline() {
    const refuse = on => fetch(`${control}faults`, { method: 'PUT', body: JSON.stringify({ refuse: on }) });
    const db = local();
    const sync = db.sync(remote(), { live: true, retry: true, back_off_function: () => 50 });
    await db.put({ _id: 'before' });
    await until('the first document', () => remote().get('before'));
    await refuse(true);
    await db.put({ _id: 'meanwhile' });
    await assert.rejects(remote().get('meanwhile'));
    await refuse(false);
    await until('the document written offline', () => remote().get('meanwhile'));
    await remote().put({ _id: 'there' });
    await until('the document written there', () => db.get('there'));
    sync.cancel();
  },
};

// PouchDB leaves a request of its own unwatched when the connection breaks under it; a browser only notes that in its console.
process.on('unhandledRejection', error => {
  if (name !== 'offline' || error?.type !== 'system') throw error;
});

await run(scenarios);
