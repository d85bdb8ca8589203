/** What is stored: a request, and later its answer. Anybody may have written it, so nothing about its fields is certain. */
export interface StoredDocument {
  _id: string;
  _rev: string;
  _deleted?: boolean;
  _conflicts?: string[];
  [field: string]: unknown;
}

export const REQUEST = 'person_request';
export const CANCELLED = 'person_cancelled';

/** Where a request stands. `saved`: only on this device. `refused`: the server does not take it. */
export type State = 'saved' | 'waiting' | 'refused' | 'done' | 'failed' | 'cancelled';

/** Milliseconds after which an answer is late. */
export const PATIENCE = 30_000;

/** Whether the page shows a document as a card. */
export const isCard = (doc: StoredDocument): boolean =>
  !doc._deleted && typeof doc.action === 'string' && doc.action.startsWith('person_');

/** Where a document stands, when the server has it or not. */
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

/** How many times a document has asked. It counts requests instead of timing them: the clocks of devices differ. */
export function timesAsked(doc: StoredDocument): number {
  const { asked } = doc;
  return typeof asked === 'number' && Number.isSafeInteger(asked) && asked > 0 ? asked : 1;
}

/** The time in a field, in milliseconds, or undefined when it holds none. */
export function timeIn(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Any value as a short text. */
export function textOf(value: unknown, longest = 200): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** A member of a field that may or may not be an object. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** What a card is called. */
export function titleOf(doc: StoredDocument): string {
  const name = doc.action === 'person_success' ? textOf(memberOf(doc.person, 'name'), 80) : '';
  return name || (doc.personId === undefined ? 'Any person' : `Person ${textOf(doc.personId, 20)}`);
}
