import { CANCELLED, REQUEST, timesAsked, type StoredDocument } from './documents.js';

/** How to resolve a conflict between a device and the server. */
export type Outcome =
  /** Keep the server's revision unchanged. */
  | { kind: 'server' }
  /** Write these fields on top of the server's revision. */
  | { kind: 'merged'; fields: Record<string, unknown> }
  /** Delete the document, also on the server. */
  | { kind: 'deleted' };

/** The fields that a worker writes. */
const RESULT_FIELDS = ['action', 'person', 'error'] as const;

/** The fields of a request. They are taken from the same side as the action, so that a result never meets the fields of another request. */
const REQUEST_FIELDS = ['asked', 'requestedAt', 'personId'] as const;

/**
 * Resolves a conflict. A deletion on either side wins. The action and the result come from the server, unless the device has made a
 * newer request, or has cancelled a request that is still open. All other fields come from the device.
 */
export function resolve(server: StoredDocument, device: readonly StoredDocument[]): Outcome {
  if (server._deleted) {
    return { kind: 'server' };
  }

  if (device.some(isRemoval)) {
    return { kind: 'deleted' };
  }

  const before = fieldsOf(server);
  const after = device
    .filter(leaf => !leaf._deleted)
    .toSorted((one, other) => timesAsked(one) - timesAsked(other))
    .reduce(merge, before);
  return canonical(after) === canonical(before) ? { kind: 'server' } : { kind: 'merged', fields: after };
}

/** Whether the user deleted the document. A tombstone without the mark only ends a branch that lost a conflict. */
export const isRemoval = (leaf: StoredDocument): boolean => leaf._deleted === true && leaf.removed === true;

function merge(server: Record<string, unknown>, leaf: StoredDocument): Record<string, unknown> {
  const device = fieldsOf(leaf);
  const source = isDeviceNewer(server, leaf) ? device : server;
  const merged = { ...device };
  for (const field of [...RESULT_FIELDS, ...REQUEST_FIELDS]) {
    delete merged[field];
    if (source[field] !== undefined) {
      merged[field] = source[field];
    }
  }

  return merged;
}

function isDeviceNewer(server: Record<string, unknown>, device: StoredDocument): boolean {
  const serverCount = timesAsked(server as StoredDocument);
  const deviceCount = timesAsked(device);
  return device.action === REQUEST ? deviceCount > serverCount : device.action === CANCELLED && server.action === REQUEST && deviceCount >= serverCount;
}

// Fields with an underscore belong to the database, except _attachments.
function fieldsOf(doc: StoredDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(doc).filter(([name]) => !name.startsWith('_') || name === '_attachments'));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member);
}
