import PouchDB from 'pouchdb-browser';
import type { StoredDocument } from './documents.js';

export type Database = PouchDB.Database<StoredDocument>;

/** The documents on this device. */
export function openLocal(): Database {
  const database = new PouchDB<StoredDocument>('offline-actions');
  // Two replications, the page's feed and concurrent writes each add a listener; the default limit is 10.
  (database as unknown as { setMaxListeners(count: number): void }).setMaxListeners(50);
  return database;
}

/** The documents on Sync Gateway, at this page's origin. */
export const openRemote = (fetch: typeof globalThis.fetch): Database =>
  new PouchDB<StoredDocument>(`${location.origin}/db`, { skip_setup: true, fetch } as PouchDB.Configuration.RemoteDatabaseConfiguration);

/** A fetch that accepts only JSON: by default Sync Gateway returns some results as MIME multipart. */
export function fetchJson(url: string | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) {
    headers.set('Accept', 'application/json');
  }

  return PouchDB.fetch(url, { ...init, headers, credentials: 'same-origin' });
}
