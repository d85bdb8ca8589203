import { batchesOf } from './batches.js';
import { fetchJson, isUnreadable } from './database.js';
import { FailureCount } from './failures.js';

interface Row {
  id: string;
  rev?: string;
  error?: string;
  reason?: string;
  status?: number;
}

/** A document, as PouchDB sends it. */
interface Sent {
  _id: string;
  _rev: string;
}

/** Documents are sent in requests of about this many characters, so that a weak connection makes progress with photos. */
const BATCH_LENGTH = 4 << 20;

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
    if (init?.method !== 'POST' || !new URL(String(input), location.href).pathname.endsWith('/_bulk_docs')) {
      return fetchJson(input as string | Request, init);
    }

    const { docs, ...request } = JSON.parse(String(init.body)) as { docs: Sent[] };
    const rows: Row[] = [];
    let error: Response | undefined;
    for (const batch of batchesOf(docs, doc => JSON.stringify(doc).length, BATCH_LENGTH)) {
      const sent = await send(batch, some => fetchJson(String(input), { ...init, body: JSON.stringify({ ...request, docs: some }) }));
      if (sent instanceof Response) {
        error = sent;
        break;
      }

      rows.push(...sent);
    }

    return (await handle(docs, rows, handler)) ?? error ?? respond(201, rows);
  };
}

const respond = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

/** Sends a batch. A batch that is too large for the server or a proxy is sent in halves. @returns A row for each document, or the error. */
async function send(docs: readonly Sent[], post: (docs: readonly Sent[]) => Promise<Response>): Promise<Row[] | Response> {
  const response = await post(docs);
  if (response.status === 413 && docs.length === 1) {
    return [{ id: docs[0]!._id, error: 'too_large', reason: 'It is too large for the server.', status: 413 }];
  }

  if (response.status !== 413) {
    return response.ok ? ((await response.json()) as Row[]) : response;
  }

  const half = docs.length >> 1;
  const first = await send(docs.slice(0, half), post);
  const second = first instanceof Response ? first : await send(docs.slice(half), post);
  return first instanceof Response ? first : second instanceof Response ? second : [...first, ...second];
}

/** Handles the rows that the server refuses, and makes them successes. @returns The error of the whole batch, if any. */
async function handle(docs: readonly Sent[], rows: Row[], handler: RefusalHandler): Promise<Response | undefined> {
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

  return failed && respond(failed.status ?? 500, failed);
}
