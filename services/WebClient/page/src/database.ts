import PouchDB from 'pouchdb-browser';
import type { StoredDocument } from './documents.js';

export type Database = PouchDB.Database<StoredDocument>;

/** The documents on this device. */
export function openLocal(): Database {
  const database = new PouchDB<StoredDocument>('offline-actions');
  // Both directions, this page and many changes at once listen for the end of the database.
  (database as unknown as { setMaxListeners(count: number): void }).setMaxListeners(50);
  return database;
}

/** Their other half: Sync Gateway, under this page's own origin. */
export const openRemote = (fetch: typeof globalThis.fetch): Database =>
  new PouchDB<StoredDocument>(`${location.origin}/db`, { skip_setup: true, fetch } as PouchDB.Configuration.RemoteDatabaseConfiguration);

/** Asks for JSON: to some questions Sync Gateway answers in MIME parts, if that is not forbidden. */
export function plainFetch(url: string | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has('Accept')) {
    headers.set('Accept', 'application/json');
  }

  return PouchDB.fetch(url, { ...init, headers, credentials: 'same-origin' });
}
