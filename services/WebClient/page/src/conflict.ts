import { fetchJson, type Database } from './database.js';
import type { StoredDocument } from './documents.js';
import { isRemoval, resolve } from './resolver.js';

interface Leaf extends StoredDocument {
  _revisions: { start: number; ids: string[] };
}

/**
 * Resolves a conflict between device and server: writes the merged document as a child of the server's revision, which the server
 * accepts, and deletes all other local branches.
 * @param rev The revision that the server refused.
 * @returns False if that revision already descends from the server's revision. There is no conflict then: push it again.
 */
export async function resolveConflict(id: string, rev: string, local: Database, remoteUrl: string): Promise<boolean> {
  const server = await getServerRevision(id, remoteUrl);
  if (!server) {
    return false;
  }

  if (!(await getLeaves(id, local)).some(leaf => descendsFrom(leaf, server))) {
    await local.bulkDocs([server], { new_edits: false });
  }

  const leaves = await getLeaves(id, local);
  if (leaves.some(leaf => leaf._rev === rev && descendsFrom(leaf, server))) {
    return false;
  }

  // A leaf that descends from the server's revision is an earlier merge that is not pushed yet: then only the other branches are deleted.
  const losers = leaves.filter(leaf => !descendsFrom(leaf, server) && (!leaf._deleted || isRemoval(leaf)));
  const isMerged = leaves.some(leaf => leaf._rev !== server._rev && descendsFrom(leaf, server));
  const outcome = resolve(server, isMerged ? [] : losers);
  const next = outcome.kind === 'merged' ? { ...outcome.fields, _id: id, _rev: server._rev }
    : outcome.kind === 'deleted' ? { _id: id, _rev: server._rev, _deleted: true, removed: true }
    : undefined;
  await write(local, id, losers, next);
  return true;
}

/** Writes the merged document, if any, and deletes the other branches in one batch. */
async function write(local: Database, id: string, losers: readonly Leaf[], next?: Record<string, unknown>): Promise<void> {
  const tombstones = losers.filter(leaf => !leaf._deleted).map(leaf => ({ _id: id, _rev: leaf._rev, _deleted: true }));
  const written = await local.bulkDocs([...(next ? [next as StoredDocument] : []), ...tombstones]);
  if (written.some(row => 'error' in row)) {
    throw new Error(`${id} changed while its conflict was being resolved`);
  }
}

async function getServerRevision(id: string, remoteUrl: string): Promise<Leaf | undefined> {
  const url = `${remoteUrl}/${encodeURIComponent(id)}`;
  const winner = await fetchJson(`${url}?revs=true&attachments=true`);
  if (winner.ok) {
    return (await winner.json()) as Leaf;
  }

  if (winner.status !== 404) {
    throw new Error(`The server responded with ${winner.status} for ${id}`);
  }

  const all = await fetchJson(`${url}?open_revs=all&revs=true`);
  const leaves = all.ok ? ((await all.json()) as { ok?: Leaf }[]) : [];
  return leaves.flatMap(leaf => leaf.ok ?? []).sort((one, other) => other._revisions.start - one._revisions.start)[0];
}

async function getLeaves(id: string, local: Database): Promise<Leaf[]> {
  const leaves = await local.get(id, { open_revs: 'all', revs: true });
  return leaves.flatMap(leaf => ('ok' in leaf ? [leaf.ok as unknown as Leaf] : []));
}

/** Whether a leaf is the server's revision or a descendant of it. */
function descendsFrom(leaf: Leaf, server: Leaf): boolean {
  const { start, ids } = leaf._revisions;
  return ids.some((hash, index) => `${start - index}-${hash}` === server._rev);
}
