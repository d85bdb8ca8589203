import { readError } from './attachments.js';
import type { Wanted } from './bulkget.js';
import { bulkGet, fetchJson, type Database } from './database.js';
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
  const server = await getServerRevision(id, local, remoteUrl);
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
  const ancestors = new Map(await Promise.all(losers.map(async leaf => [leaf._rev, await getAncestor(leaf, server, local)] as const)));
  const outcome = resolve(await getStored(id, server._rev, local) ?? server, isMerged ? [] : losers, leaf => ancestors.get(leaf._rev));
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

/** The revision that both sides have changed, if this device still has it. */
async function getAncestor(leaf: Leaf, server: Leaf, local: Database): Promise<StoredDocument | undefined> {
  const onServer = new Set(revisionsOf(server));
  const rev = revisionsOf(leaf).find(one => onServer.has(one));
  const ancestor = rev === undefined ? undefined : await getStored(leaf._id, rev, local);
  return ancestor?._deleted ? undefined : ancestor;
}

// The local copy of a revision: all its attachments have digests of the same kind.
function getStored(id: string, rev: string, local: Database): Promise<StoredDocument | undefined> {
  return local.get(id, { rev }).catch((error: PouchDB.Core.Error) => {
    if (error.status === 404) {
      return undefined;
    }

    throw error;
  });
}

/** The current revision, also of a deleted document. No id is in a URL: the ids `.` and `..` cannot be in one. */
async function getServerRevision(id: string, local: Database, remoteUrl: string): Promise<Leaf | undefined> {
  const winner = await readOne({ id }, local, remoteUrl);
  if (winner) {
    return winner;
  }

  const response = await fetchJson(`${remoteUrl}/_changes`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ filter: '_doc_ids', doc_ids: [id], style: 'all_docs', since: 0 }),
  });
  if (!response.ok) {
    throw new Error(`The server responded with ${response.status} for ${id}`);
  }

  const { results } = (await response.json()) as { results: { id: string; changes: { rev: string }[] }[] };
  const revs = results.filter(row => row.id === id).flatMap(row => row.changes.map(change => change.rev));
  const leaves = await Promise.all(revs.map(rev => readOne({ id, rev }, local, remoteUrl)));
  return leaves.flatMap(leaf => leaf ?? []).sort((one, other) => other._revisions.start - one._revisions.start)[0];
}

async function readOne(wanted: Wanted, local: Database, remoteUrl: string): Promise<Leaf | undefined> {
  const [row] = await bulkGet(remoteUrl, [wanted], local);
  if (row?.kind === 'document') {
    return row.doc as Leaf;
  }

  if (row && row.status !== 404) {
    throw readError(row);
  }

  return undefined;
}

async function getLeaves(id: string, local: Database): Promise<Leaf[]> {
  const leaves = await local.get(id, { open_revs: 'all', revs: true });
  return leaves.flatMap(leaf => ('ok' in leaf ? [leaf.ok as unknown as Leaf] : []));
}

/** Whether a leaf is the server's revision or a descendant of it. */
const descendsFrom = (leaf: Leaf, server: Leaf): boolean => revisionsOf(leaf).includes(server._rev);

/** The revision and its ancestors, newest first. */
const revisionsOf = ({ _revisions: { start, ids } }: Leaf): string[] => ids.map((hash, index) => `${start - index}-${hash}`);
