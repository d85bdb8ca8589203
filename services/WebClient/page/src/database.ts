import PouchDB from 'pouchdb-browser';
import { attachmentsOf, readError, readRevisions } from './attachments.js';
import type { Row, Wanted } from './bulkget.js';
import type { StoredDocument } from './documents.js';
import { FailureCount } from './failures.js';
import { toJsonQuotes } from './quotes.js';

export type Database = PouchDB.Database<StoredDocument>;

/** The documents on this device. */
export function openLocal(): Database {
  const database = new PouchDB<StoredDocument>('offline-actions');
  // Two replications, the page's feed and concurrent writes each add a listener; the default limit is 10.
  (database as unknown as { setMaxListeners(count: number): void }).setMaxListeners(50);
  return database;
}

/** Reads that failed for one document. If it fails every time while others can be read, it is left out; its next revision is read again. */
const failedReads = new FailureCount();

/** What PouchDB's replication calls on a remote database, and its types do not allow to replace. */
interface Replaceable {
  bulkGet(request: { docs: Wanted[] }): Promise<unknown>;
  getAttachment(id: string, name: string): Promise<Blob>;
  info(): Promise<unknown>;
}

/**
 * The documents on Sync Gateway, at this page's origin. Sync Gateway sends documents as MIME multipart only. PouchDB would get each
 * document by its URL then, one by one, and ids such as `..` cannot be in a URL. So the page reads the parts itself: the server stays a
 * plain proxy, and the page works behind any other one.
 */
export function openRemote(fetch: typeof globalThis.fetch, url: string, local: Database): Database {
  const remote = new PouchDB<StoredDocument>(url, { skip_setup: true, fetch } as PouchDB.Configuration.RemoteDatabaseConfiguration);
  const attachments = new Map<string, Blob>();
  const replaced = remote as unknown as Replaceable;
  replaced.bulkGet = async ({ docs }) => {
    attachments.clear();
    const rows = await bulkGet(url, docs, local);
    const isAnyRead = rows.some(row => row.kind === 'document');
    for (const [index, row] of rows.entries()) {
      if (row.kind === 'missing' && (row.status === 429 || row.status > 500 || (row.status === 500
        && !(failedReads.isHopeless(row.id, docs[index]?.rev ?? '') && isAnyRead)))) {
        throw readError(row);
      }
    }

    return { results: docs.map(({ id }, index) => ({ id, docs: toResult(rows[index]!, attachments) })) };
  };
  // PouchDB asks for the data of each attachment, although it came with the document.
  replaced.getAttachment = (id, name) => {
    const blob = attachments.get(attachmentKey(id, name));
    return blob ? Promise.resolve(blob) : Promise.reject(new Error(`The attachment ${name} of ${id} was not sent`));
  };
  // PouchDB asks after each batch, for statistics that the page does not show, and ignores that the request can fail.
  replaced.info = () => Promise.resolve({ db_name: 'db', doc_count: 0, update_seq: 0 });
  return remote;
}

/** Reads many revisions, with attachments and history. Attachments that this device has are not downloaded again. */
export function bulkGet(url: string, docs: readonly Wanted[], local: Database): Promise<Row[]> {
  const post = (query: string, wanted: readonly Wanted[]): Promise<Response> => PouchDB.fetch(`${url}/_bulk_get?${query}`, {
    method: 'POST',
    headers: new Headers({ 'Content-Type': 'application/json', Accept: 'multipart/mixed' }),
    body: JSON.stringify({ docs: wanted }),
    credentials: 'same-origin',
  });
  return readRevisions(docs, post, (id, name) => getAttachment(local, id, name));
}

/** An attachment on this device; undefined if there is none. */
export async function getAttachment(local: Database, id: string, name: string): Promise<Blob | undefined> {
  try {
    return (await local.getAttachment(id, name)) as Blob;
  } catch (error) {
    if ((error as PouchDB.Core.Error).status === 404) {
      return undefined;
    }

    throw error;
  }
}

/** Whether this is the error of a document that this user can never read, in contrast to a server that is away. */
export const isUnreadable = (error: unknown): error is Error => [403, 422].includes((error as { status?: number }).status ?? 0);

// PouchDB ends the batch for a row with an error; a row with neither document nor error is skipped.
function toResult(row: Row, attachments: Map<string, Blob>): unknown[] {
  if (row.kind === 'missing') {
    console.warn(`The document ${JSON.stringify(row.id)} was not read: ${row.reason}`);
    return [{}];
  }

  for (const [name, { data }] of attachmentsOf(row.doc)) {
    attachments.set(attachmentKey(row.doc._id, name), data);
  }

  return [{ ok: row.doc }];
}

const attachmentKey = (id: string, name: string): string => JSON.stringify([id, name]);

/**
 * A fetch for JSON. By default Sync Gateway returns some results as MIME multipart. A proxy whose Sync Gateway restarts, and a captive
 * portal, return something else than JSON: that becomes an error as Sync Gateway sends it, because PouchDB does not handle it everywhere.
 * The body is read here: a connection that ends in the middle is a failed request then.
 */
export async function fetchJson(url: string | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) {
    headers.set('Accept', 'application/json');
  }

  const response = await PouchDB.fetch(url, { ...init, headers, credentials: 'same-origin' });
  const sent = await response.text();
  const text = isJson(sent) ? sent : toJsonQuotes(sent);
  const status = response.ok && !isJson(text) ? 502 : response.status;
  return new Response(isJson(text) ? text : JSON.stringify({ error: 'bad_gateway', reason: `The server sent no JSON (${response.status})` }), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
