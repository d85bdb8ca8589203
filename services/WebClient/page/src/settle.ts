import { plainFetch, type Database } from './database.js';
import type { StoredDocument } from './documents.js';
import { isRemoval, resolve } from './resolver.js';

interface Leaf extends StoredDocument {
  _revisions: { start: number; ids: string[] };
}

/**
 * Ends a conflict between device and server: decides what the document is, writes it where the server can take it, as a child of the
 * server's revision, and ends every branch that the server will never take.
 * @param rev The revision that the server has refused.
 * @returns False when that revision comes out of what the server has now, so that there is nothing to decide: push it again.
 */
export async function settle(id: string, rev: string, local: Database, remoteUrl: string): Promise<boolean> {
  const server = await currentOnServer(id, remoteUrl);
  if (!server) {
    return false;
  }

  if (!(await leavesOf(id, local)).some(leaf => continues(leaf, server))) {
    await local.bulkDocs([server], { new_edits: false });
  }

  const leaves = await leavesOf(id, local);
  if (leaves.some(leaf => leaf._rev === rev && continues(leaf, server))) {
    return false;
  }

  // What already continues the server's revision is an earlier decision, on its way; the other branches are what is left of that.
  const others = leaves.filter(leaf => !continues(leaf, server) && (!leaf._deleted || isRemoval(leaf)));
  const decided = leaves.some(leaf => leaf._rev !== server._rev && continues(leaf, server));
  const outcome = resolve(server, decided ? [] : others);
  const next = outcome.kind === 'merged' ? { ...outcome.fields, _id: id, _rev: server._rev }
    : outcome.kind === 'deleted' ? { _id: id, _rev: server._rev, _deleted: true, removed: true }
    : undefined;
  await write(local, id, others, next);
  return true;
}

/** Writes the decision, if there is one, and ends the other branches, all at once. */
async function write(local: Database, id: string, others: readonly Leaf[], next?: Record<string, unknown>): Promise<void> {
  const ends = others.filter(leaf => !leaf._deleted).map(leaf => ({ _id: id, _rev: leaf._rev, _deleted: true }));
  const written = await local.bulkDocs([...(next ? [next as StoredDocument] : []), ...ends]);
  if (written.some(row => 'error' in row)) {
    throw new Error(`${id} changed while its conflict was being resolved`);
  }
}

async function currentOnServer(id: string, remoteUrl: string): Promise<Leaf | undefined> {
  const url = `${remoteUrl}/${encodeURIComponent(id)}`;
  const winner = await plainFetch(`${url}?revs=true&attachments=true`);
  if (winner.ok) {
    return (await winner.json()) as Leaf;
  }

  if (winner.status !== 404) {
    throw new Error(`The server answered ${winner.status} for ${id}`);
  }

  const all = await plainFetch(`${url}?open_revs=all&revs=true`);
  const leaves = all.ok ? ((await all.json()) as { ok?: Leaf }[]) : [];
  return leaves.flatMap(leaf => leaf.ok ?? []).sort((one, other) => other._revisions.start - one._revisions.start)[0];
}

async function leavesOf(id: string, local: Database): Promise<Leaf[]> {
  const leaves = await local.get(id, { open_revs: 'all', revs: true });
  return leaves.flatMap(leaf => ('ok' in leaf ? [leaf.ok as unknown as Leaf] : []));
}

/** Whether a branch is the server's revision, or has come out of it. */
function continues(leaf: Leaf, server: Leaf): boolean {
  const { start, ids } = leaf._revisions;
  return ids.some((hash, index) => `${start - index}-${hash}` === server._rev);
}
