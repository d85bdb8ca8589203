import { CANCELLED, REQUEST, timesAsked, type StoredDocument } from './documents.js';

/** What is to become of a document that device and server have changed, each without knowing of the other. */
export type Outcome =
  /** The server's revision stands as it is. */
  | { kind: 'server' }
  /** This is written as the server's next revision. */
  | { kind: 'merged'; fields: Record<string, unknown> }
  /** It is deleted, on the server too. */
  | { kind: 'deleted' };

/** The fields that a worker answers with; on a conflict the server's are right. */
const ANSWER = ['action', 'person', 'error'] as const;

/** What belongs to a request: it goes where the action goes, or an answer would stand next to another request's question. */
const QUESTION = ['asked', 'requestedAt', 'personId'] as const;

/**
 * Decides a conflict. A deletion stands, whoever made it. The answer is the server's, unless the device has asked again since; an
 * answer also overrules a cancellation, a request that still waits does not. Everything else is the device's.
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

/** Whether this is a deletion somebody wanted, and not the end of a branch that lost a conflict. */
export const isRemoval = (leaf: StoredDocument): boolean => leaf._deleted === true && leaf.removed === true;

function merge(server: Record<string, unknown>, leaf: StoredDocument): Record<string, unknown> {
  const device = fieldsOf(leaf);
  const answer = deviceDecides(server, leaf) ? device : server;
  const merged = { ...device };
  for (const field of [...ANSWER, ...QUESTION]) {
    delete merged[field];
    if (answer[field] !== undefined) {
      merged[field] = answer[field];
    }
  }

  return merged;
}

function deviceDecides(server: Record<string, unknown>, device: StoredDocument): boolean {
  const known = timesAsked(server as StoredDocument);
  const here = timesAsked(device);
  return device.action === REQUEST ? here > known : device.action === CANCELLED && server.action === REQUEST && here >= known;
}

// Attachments are the only field of the database's own that belongs to the app.
function fieldsOf(doc: StoredDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(doc).filter(([name]) => !name.startsWith('_') || name === '_attachments'));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member);
}
