import { cancelled, isCancelled, isRequest, memberOf, REQUEST_FIELDS, RESULT_FIELDS, timesAsked, type StoredDocument } from './documents.js';

/** How to resolve a conflict between a device and the server. */
export type Outcome =
  /** Keep the server's revision unchanged. */
  | { kind: 'server' }
  /** Write these fields on top of the server's revision. */
  | { kind: 'merged'; fields: Record<string, unknown> }
  /** Delete the document, also on the server. */
  | { kind: 'deleted' };

/** A document's fields. A map, because a field may be called `constructor`. */
type Fields = ReadonlyMap<string, unknown>;

/**
 * Resolves a conflict, field by field. A deletion on either side wins. What only one side has changed since their common ancestor is kept.
 * What both have changed: the action and the result come from the server, unless the device has made a newer request, or has cancelled a
 * request that is still open; all other fields come from the device. An attachment that only one side has is kept in any case: a photo
 * cannot be made again.
 * @param ancestorOf The revision that a branch of the device and the server's revision have in common. Without it, fields that only one
 * side has are kept.
 */
export function resolve(
  server: StoredDocument,
  device: readonly StoredDocument[],
  ancestorOf: (leaf: StoredDocument) => StoredDocument | undefined = () => undefined,
): Outcome {
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
    .reduce<Fields>((merged, leaf) => merge(merged, leaf, ancestorOf(leaf)), before);
  return canonical(Object.fromEntries(after)) === canonical(Object.fromEntries(before))
    ? { kind: 'server' }
    : { kind: 'merged', fields: Object.fromEntries(after) };
}

/** Whether the user deleted the document. A tombstone without the mark only ends a branch that lost a conflict. */
export const isRemoval = (leaf: StoredDocument): boolean => leaf._deleted === true && leaf.removed === true;

function merge(server: Fields, leaf: StoredDocument, ancestor: StoredDocument | undefined): Fields {
  const device = fieldsOf(leaf);
  const base = ancestor && fieldsOf(ancestor);
  const [serverGroup, deviceGroup, baseGroup] = [server, device, base].map(side => side && canonical(groupOf(side)));
  const group = baseGroup !== undefined && baseGroup === deviceGroup ? groupOf(server)
    : baseGroup !== undefined && baseGroup === serverGroup ? groupOf(device)
    : latestGroup(server, device);
  const others = mergeFields(othersOf(server), othersOf(device), base && othersOf(base), canonical);
  const attachments = mergeFields(attachmentsOf(server), attachmentsOf(device), base && attachmentsOf(base), identityOf, true);
  return new Map([...others, ...group, ...(attachments.size === 0 ? [] : [['_attachments', Object.fromEntries(attachments)] as const])]);
}

function mergeFields(
  server: Fields, device: Fields, base: Fields | undefined, identity: (value: unknown) => string | undefined, keepsAll = false): Fields {
  return new Map([...new Set([...server.keys(), ...device.keys()])].flatMap(name => {
    const isUnchanged = base ? base.has(name) === device.has(name) && identity(base.get(name)) === identity(device.get(name)) : !device.has(name);
    const [chosen, other] = isUnchanged ? [server, device] : [device, server];
    const side = keepsAll && !chosen.has(name) ? other : chosen;
    return side.has(name) ? [[name, side.get(name)] as const] : [];
  }));
}

/** The request and its result, if both sides have changed them. */
function latestGroup(server: Fields, device: Fields): [string, unknown][] {
  const [serverCount, deviceCount] = [server, device].map(side => timesAsked({ asked: side.get('asked') } as unknown as StoredDocument)) as [number, number];
  const open = server.get('action');
  if (isCancelled(device.get('action')) && isRequest(open) && deviceCount === serverCount) {
    // The server may be further in a chain: what it has found so far is kept.
    return groupOf(server).flatMap(([name, value]) => (name === 'progress' ? [] : [[name, name === 'action' ? cancelled(open) : value] as [string, unknown]]));
  }

  const isDeviceNewer = isRequest(device.get('action')) || (isCancelled(device.get('action')) && isRequest(open));
  return groupOf(isDeviceNewer && deviceCount > serverCount ? device : server);
}

// Fields with an underscore belong to the database, except _attachments.
const fieldsOf = (doc: StoredDocument): Fields =>
  new Map(Object.entries(doc).filter(([name]) => !name.startsWith('_') || name === '_attachments'));

// The fields of a request are taken from the same side as the action, so that a result never meets the fields of another request.
const GROUP = new Set<string>([...RESULT_FIELDS, ...REQUEST_FIELDS]);

const groupOf = (fields: Fields): [string, unknown][] => [...GROUP].flatMap(name => (fields.get(name) === undefined ? [] : [[name, fields.get(name)]]));

const othersOf = (fields: Fields): Fields => new Map([...fields].filter(([name]) => !GROUP.has(name) && name !== '_attachments'));

const attachmentsOf = (fields: Fields): Fields => new Map(Object.entries((fields.get('_attachments') ?? {}) as Record<string, unknown>));

const identityOf = (attachment: unknown): string | undefined =>
  canonical([memberOf(attachment, 'digest'), memberOf(attachment, 'content_type')]);

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member);
}
