import PouchDB from 'pouchdb-browser';
import type { StoredDocument } from './documents.js';

export type Database = PouchDB.Database<StoredDocument>;

/** The documents on this device. */
export const openLocal = (): Database => new PouchDB<StoredDocument>('offline-actions');

/** Their other half: Sync Gateway, under this page's own origin. */
export const openRemote = (fetch: typeof globalThis.fetch): Database =>
  new PouchDB<StoredDocument>(`${location.origin}/db`, { skip_setup: true, fetch } as PouchDB.Configuration.RemoteDatabaseConfiguration);

/** As PouchDB asks: with the headers it needs. */
export const plainFetch = (url: string | Request, init?: RequestInit): Promise<Response> =>
  PouchDB.fetch(url, { ...init, credentials: 'same-origin' });
