// What the scenarios share: node FILE <database url> <scenario> <control url>. Exit code 0 when all of the scenario holds.
import assert from 'node:assert/strict';
import PouchDB from 'pouchdb-core';
import http from 'pouchdb-adapter-http';
import memory from 'pouchdb-adapter-memory';
import replication from 'pouchdb-replication';

PouchDB.plugin(http).plugin(memory).plugin(replication);

export const [url, name, control] = process.argv.slice(2);
export const remote = (to = url) => new PouchDB(to, { skip_setup: true });

let made = 0;
export const local = () => new PouchDB(`local-${made++}`, { adapter: 'memory' });

export async function until(what, condition) {
  const deadline = Date.now() + 20_000;
  while (!(await condition().catch(() => false))) {
    assert.ok(Date.now() < deadline, `${what} took too long`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

// PouchDB keeps timers and sockets for itself.
export const run = scenarios => scenarios[name]().then(() => process.exit(0), error => {
  console.error(error);
  process.exit(1);
});
