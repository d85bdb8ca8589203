/** A document: a request, and later its result. Any program may have written it, so no field has a certain type. */
export interface StoredDocument {
  _id: string;
  _rev: string;
  _deleted?: boolean;
  _conflicts?: string[];
  [field: string]: unknown;
}

export const REQUEST = 'person_request';
export const CANCELLED = 'person_cancelled';

/** The state of a request. `saved`: only on this device. `refused`: the server refuses it. */
export type State = 'saved' | 'waiting' | 'refused' | 'done' | 'failed' | 'cancelled';

/** Milliseconds after which a result is late. */
export const LATE_AFTER_MS = 30_000;

/** Whether the page shows a document as a card. */
export const isCard = (doc: StoredDocument): boolean =>
  !doc._deleted && typeof doc.action === 'string' && doc.action.startsWith('person_');

/** The state of a document. */
export function stateOf(doc: StoredDocument, onServer: boolean, refused: boolean): State {
  if (refused) {
    return 'refused';
  }

  switch (doc.action) {
    case REQUEST:
      return onServer ? 'waiting' : 'saved';
    case 'person_success':
      return 'done';
    case 'person_failure':
      return 'failed';
    default:
      return 'cancelled';
  }
}

/** The number of requests made with a document. A counter, because the clocks of devices differ. */
export function timesAsked(doc: StoredDocument): number {
  const { asked } = doc;
  return typeof asked === 'number' && Number.isSafeInteger(asked) && asked > 0 ? asked : 1;
}

/** The time in a field, in milliseconds; undefined if it is not a time. */
export function timeIn(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Any value as text, shortened. */
export function textOf(value: unknown, maxLength = 200): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}

/** A member of a value; undefined if the value is not an object. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** The title of a card. */
export function titleOf(doc: StoredDocument): string {
  const name = doc.action === 'person_success' ? textOf(memberOf(doc.person, 'name'), 80) : '';
  return name || (doc.personId === undefined ? 'Any person' : `Person ${textOf(doc.personId, 20)}`);
}
