import { readBulkGet, type Complete, type Missing, type Row, type Stub, type Wanted } from './bulkget.js';
import { batchesOf } from './batches.js';
import type { StoredDocument } from './documents.js';

/** Reads an attachment that this device has; undefined if it has none of this name. */
export type ReadLocal = (id: string, name: string) => Promise<Blob | undefined>;

/** Posts to Sync Gateway's `_bulk_get`. @param query For example `revs=true`. */
export type Post = (query: string, docs: readonly Wanted[]) => Promise<Response>;

/** Attachments are downloaded in requests of about this size, so that a weak connection makes progress. */
const BATCH_BYTES = 4 << 20;

type Attachments = Record<string, Complete | Stub>;

/**
 * Reads many revisions with history and attachments. No id is in a URL. Documents come first, without data; then the attachments that this
 * device does not have. So a photo is not downloaded again with each new revision of its document.
 */
export async function readRevisions(docs: readonly Wanted[], post: Post, readLocal: ReadLocal): Promise<Row[]> {
  const rows = await read(await post('revs=true', docs), docs, true);
  await Promise.all(rows.map(row => (row.kind === 'document' ? completeLocally(row.doc, readLocal) : undefined)));
  const open = rows.flatMap((row, index) => (row.kind === 'document' && bytesMissing(row.doc) > 0 ? [index] : []));
  for (const batch of batchesOf(open, index => bytesMissing((rows[index] as { doc: StoredDocument }).doc), BATCH_BYTES)) {
    const wanted = batch.map(index => docs[index]!);
    const complete = await read(await post('revs=true&attachments=true', wanted), wanted, false);
    for (const [at, index] of batch.entries()) {
      rows[index] = complete[at]!;
    }
  }

  return rows;
}

/** The attachments of a document that was read completely. */
export const attachmentsOf = (doc: StoredDocument): [name: string, Complete][] => Object.entries((doc._attachments ?? {}) as Record<string, Complete>);

const stubsOf = (doc: StoredDocument): [string, Stub][] =>
  Object.entries((doc._attachments ?? {}) as Attachments).flatMap(([name, one]) => ('stub' in one ? [[name, one] as [string, Stub]] : []));

// An empty attachment has to be read, too.
const bytesMissing = (doc: StoredDocument): number => stubsOf(doc).reduce((sum, [, { length }]) => sum + Math.max(length, 1), 0);

async function completeLocally(doc: StoredDocument, readLocal: ReadLocal): Promise<void> {
  for (const [name, { content_type: type, digest, length }] of stubsOf(doc)) {
    const data = await readLocal(doc._id, name);
    if (data?.size === length && (await digestOf(data)) === digest) {
      (doc._attachments as Attachments)[name] = { content_type: type, data: data.slice(0, data.size, type) };
    }
  }
}

async function digestOf(data: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-1', await data.arrayBuffer()));
  return `sha1-${btoa(String.fromCharCode(...hash))}`;
}

async function read(response: Response, docs: readonly Wanted[], allowsStubs: boolean): Promise<Row[]> {
  if (!response.ok) {
    throw new Error(`The server responded with ${response.status}`);
  }

  return readBulkGet(response.headers.get('Content-Type') ?? '', new Uint8Array(await response.arrayBuffer()), docs, allowsStubs);
}

/** The error of a document that could not be read. */
export const readError = ({ id, status, reason }: Missing): Error =>
  Object.assign(new Error(`The document ${JSON.stringify(id)} cannot be read: ${reason}`), { status });
