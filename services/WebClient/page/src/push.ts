import { fetchJson } from './database.js';

interface Row {
  id: string;
  rev?: string;
  error?: string;
  reason?: string;
  status?: number;
}

/** Handles documents that the server refuses. */
export interface RefusalHandler {
  /** The document also changed on the server (409). */
  conflict(id: string, rev: string): Promise<void>;

  /** The server refuses the document itself, for example by its sync function (403). */
  refused(id: string, rev: string, reason: string): Promise<void>;
}

/**
 * Creates a fetch function for PouchDB's push that handles refused documents one by one. Without it, one refused document fails the
 * whole batch, and PouchDB retries the same batch forever: nothing else would be sent.
 */
export function createPushFetch(handler: RefusalHandler): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetchJson(input as string | Request, init);
    if (!response.ok || init?.method !== 'POST' || !new URL(String(input), location.href).pathname.endsWith('/_bulk_docs')) {
      return response;
    }

    const { docs } = JSON.parse(String(init.body)) as { docs: { _id: string; _rev: string }[] };
    const rows = (await response.json()) as Row[];
    for (const [index, row] of rows.entries()) {
      const sent = docs[index];
      if (!row.error || !sent) {
        continue;
      }

      const status = row.status ?? 500;
      if (status === 409) {
        await handler.conflict(sent._id, sent._rev);
      } else if (status >= 500 || status === 401 || status === 429) {
        return new Response(JSON.stringify(row), { status, headers: { 'Content-Type': 'application/json' } });
      } else {
        await handler.refused(sent._id, sent._rev, row.reason ?? row.error);
      }

      rows[index] = { id: sent._id, rev: sent._rev };
    }

    return new Response(JSON.stringify(rows), { status: 201, headers: { 'Content-Type': 'application/json' } });
  };
}
