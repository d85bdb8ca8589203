import { plainFetch } from './database.js';

interface Row {
  id: string;
  rev?: string;
  error?: string;
  reason?: string;
  status?: number;
}

/** What to do with a document that the server does not take. */
export interface Refusals {
  /** It changed there too. */
  conflict(id: string, rev: string): Promise<void>;

  /** It is not wanted as it is. */
  refused(id: string, rev: string, reason: string): Promise<void>;
}

/**
 * A fetch for PouchDB that deals with refused documents one by one. By itself PouchDB gives a whole batch up for one refused row and
 * starts again with the same batch, for ever: one conflict would keep everything else on the device.
 */
export function fetchForPush(refusals: Refusals): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await plainFetch(input as string | Request, init);
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
        await refusals.conflict(sent._id, sent._rev);
      } else if (status >= 500 || status === 401 || status === 429) {
        return new Response(JSON.stringify(row), { status, headers: { 'Content-Type': 'application/json' } });
      } else {
        await refusals.refused(sent._id, sent._rev, row.reason ?? row.error);
      }

      rows[index] = { id: sent._id, rev: sent._rev };
    }

    return new Response(JSON.stringify(rows), { status: 201, headers: { 'Content-Type': 'application/json' } });
  };
}
