import type { StoredDocument } from './documents.js';
import { boundaryOf, splitParts, type Part } from './multipart.js';

/** A revision to read; without `rev` the current one. */
export interface Wanted {
  id: string;
  rev?: string;
}

/** A document, or why there is none. */
export type Row = { kind: 'document'; doc: StoredDocument } | Missing;

export interface Missing {
  kind: 'missing';
  id: string;
  status: number;
  reason: string;
}

interface AttachmentMember {
  data?: string;
  follows?: boolean;
  stub?: boolean;
  digest?: string;
  length?: number;
  content_type?: string;
}

/** An attachment with its data. */
export interface Complete {
  content_type: string;
  data: Blob;
}

/** An attachment without its data. */
export interface Stub {
  content_type: string;
  /** `sha1-` and the SHA-1 of the data in base64. */
  digest: string;
  /** Bytes. */
  length: number;
  stub: true;
}

/** Fields that PouchDB stores. It refuses a whole batch for one document with any other field that begins with an underscore. */
const DATABASE_FIELDS = new Set(['_id', '_rev', '_deleted', '_revisions', '_attachments']);

// PouchDB copies documents recursively, and the stack of a browser ends at several thousand levels.
const MAX_DEPTH = 500;

/**
 * Reads the response of Sync Gateway's `_bulk_get`, which is MIME multipart. A part that cannot be read or stored becomes a missing
 * document: it never ends the batch.
 * @param wanted The revisions in the request. The response has one part for each, in the same order.
 * @param allowsStubs Whether a document may have attachments without their data.
 */
export function readBulkGet(contentType: string, body: Uint8Array, wanted: readonly Wanted[], allowsStubs = false): Row[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    throw new Error(`The server sent ${contentType || 'no content type'} instead of documents`);
  }

  // Without documents Sync Gateway sends no part and no boundary.
  const parts = wanted.length === 0 ? [] : splitParts(body, boundary);
  return wanted.map(({ id }, index) => {
    const part = parts[index];
    try {
      return part ? readRow(part, id, allowsStubs) : missing(id, 500, 'no part in the response');
    } catch (error) {
      return missing(id, 422, (error as Error).message);
    }
  });
}

function readRow(part: Part, id: string, allowsStubs: boolean): Row {
  const inner = boundaryOf(part.headers.get('content-type') ?? '');
  const [first, ...attachments] = inner === undefined ? [part] : splitParts(part.body, inner);
  const value = JSON.parse(new TextDecoder().decode(first?.body)) as Record<string, unknown>;
  if (value.error !== undefined && value._id === undefined) {
    return missing(id, Number(value.status) || 404, String(value.reason ?? value.error));
  }

  // `_removed`: this user may not see the document any more. The device keeps what it has.
  if (value._removed === true) {
    return missing(id, 403, 'removed');
  }

  if (value._id !== id || typeof value._rev !== 'string' || id.startsWith('_')) {
    return missing(id, 422, 'not this document');
  }

  if (isDeeperThan(value, MAX_DEPTH)) {
    return missing(id, 422, 'nested too deep');
  }

  const doc = Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('_') || DATABASE_FIELDS.has(name)));
  return { kind: 'document', doc: withAttachments(doc, attachments, allowsStubs) as StoredDocument };
}

const missing = (id: string, status: number, reason: string): Row => ({ kind: 'missing', id, status, reason });

/**
 * Puts the data of attachments that follow as parts into the document. A document with an attachment that PouchDB cannot store is not
 * read: without it, the next edit on this device would delete it on the server.
 */
function withAttachments(doc: Record<string, unknown>, parts: readonly Part[], allowsStubs: boolean): Record<string, unknown> {
  const { _attachments: given, ...rest } = doc;
  if (typeof given !== 'object' || given === null) {
    return rest;
  }

  const byName = new Map(parts.map(part => [fileName(part), part.body]));
  const complete = Object.entries(given as Record<string, AttachmentMember>).map(([name, { follows: _follows, stub, data, ...member }]) => {
    const type = member.content_type ?? 'application/octet-stream';
    if (name.startsWith('_')) {
      throw new Error(`its attachment ${JSON.stringify(name)} cannot be stored`);
    }

    if (stub && allowsStubs && typeof member.digest === 'string') {
      return [name, { content_type: type, digest: member.digest, length: member.length ?? 0, stub } satisfies Stub] as const;
    }

    const bytes = typeof data === 'string' ? fromBase64(data) : byName.get(name);
    if (!bytes) {
      throw new Error(`its attachment ${JSON.stringify(name)} cannot be stored`);
    }

    return [name, { content_type: type, data: new Blob([bytes as BlobPart], { type }) } satisfies Complete] as const;
  });
  return { ...rest, _attachments: Object.fromEntries(complete) };
}

function fileName(part: Part): string {
  const match = /filename="((?:[^"\\]|\\.)*)"/.exec(part.headers.get('content-disposition') ?? '');
  return (match?.[1] ?? '').replace(/\\(.)/g, '$1');
}

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), char => char.charCodeAt(0));

function isDeeperThan(root: unknown, limit: number): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) {
      return true;
    }

    level = level.flatMap(value => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }

  return false;
}
