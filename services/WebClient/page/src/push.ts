import { fetchJson, isUnreadable } from './database.js';
import { FailureCount } from './failures.js';

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

/** Writes that failed for one document. */
const failedWrites = new FailureCount();

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
    const isAnyWritten = rows.some(row => !row.error);
    // Every row is handled before a failure ends the batch: the next try has only the failed ones left.
    let failed: Row | undefined;
    let problem: unknown;
    for (const [index, row] of rows.entries()) {
      const sent = docs[index];
      if (!row.error || !sent) {
        continue;
      }

      const status = row.status ?? 500;
      if (status === 409) {
        await handler.conflict(sent._id, sent._rev).catch(async (error: unknown) => {
          if (isUnreadable(error)) {
            await handler.refused(sent._id, sent._rev, error.message);
          } else {
            problem ??= error;
          }
        });
      } else if (status === 401 || status === 429 || status > 500 || (status === 500 && !(failedWrites.isHopeless(sent._id, sent._rev) && isAnyWritten))) {
        failed ??= { ...row, status };
      } else {
        await handler.refused(sent._id, sent._rev, row.reason ?? row.error);
      }

      rows[index] = { id: sent._id, rev: sent._rev };
    }

    if (problem !== undefined) {
      throw problem;
    }

    if (failed) {
      return new Response(JSON.stringify(failed), { status: failed.status, headers: { 'Content-Type': 'application/json' } });
    }

    return new Response(JSON.stringify(rows), { status: 201, headers: { 'Content-Type': 'application/json' } });
  };
}
