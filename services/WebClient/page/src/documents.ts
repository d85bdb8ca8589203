/** A document: a request, and later its result. Any program may have written it, so no field has a certain type. */
export interface StoredDocument {
  _id: string;
  _rev: string;
  _deleted?: boolean;
  _conflicts?: string[];
  [field: string]: unknown;
}

/** An action that the page knows. */
interface Action {
  /** The prefix of its states: `person` gives `person_request`, `person_success`, `person_failure` and `person_cancelled`. */
  name: string;
  /** The field of its result. */
  result: string;
  /** The fields that say what exactly is requested. */
  inputs: readonly string[];
  /** What happens meanwhile, in words. */
  doing: string;
}

export const PERSON_REQUEST = 'person_request';
export const PHOTO_REQUEST = 'image_text_request';

/** Every action that the page knows, one line each: cards, chains and the resolver read this list. Add a new action here. */
export const ACTIONS: readonly Action[] = [
  { name: 'person', result: 'person', inputs: ['personId'], doing: 'asking for the person' },
  { name: 'image_text', result: 'text', inputs: ['image', 'languages'], doing: 'reading the text of the photo' },
];

/** The fields that a worker writes: `then` holds the next requests of a chain, `chain` the one before, `progress` the attempts so far. */
export const RESULT_FIELDS: readonly string[] = ['action', 'then', 'chain', 'error', 'progress', ...ACTIONS.map(action => action.result)];

/** The fields of a request. `steps` are the requests of its chain, from the first to the last. */
export const REQUEST_FIELDS: readonly string[] =
  ['asked', 'requestedAt', 'traceparent', 'priority', 'steps', ...ACTIONS.flatMap(action => action.inputs)];

/** A chain has its first request, and at most ten after it. */
const MAX_STEPS = 11;

/** Whether a document's `action` is a request that is still open. */
export const isRequest = (action: unknown): action is string => typeof action === 'string' && action.endsWith('_request');

/** Whether a document's `action` is a request that the user has cancelled. */
export const isCancelled = (action: unknown): action is string => typeof action === 'string' && action.endsWith('_cancelled');

/** The action that a document's `action` belongs to; undefined if the page does not know it. */
export const actionOf = (action: unknown): Action | undefined =>
  typeof action === 'string' ? ACTIONS.find(known => action.startsWith(`${known.name}_`)) : undefined;

/** Whether a document has the result of an action: it has succeeded, or it was an earlier step of a chain. */
export const hasResult = (doc: StoredDocument, field: string): boolean => actionOf(doc.action)?.result === field
  ? String(doc.action).endsWith('_success')
  : typeof doc[field] === 'object' && doc[field] !== null;

/** A request, cancelled. */
export const cancelled = (request: string): string => request.replace(/_request$/, '_cancelled');

/** The state of a request. `saved`: only on this device. `refused`: the server refuses it. */
export type State = 'saved' | 'waiting' | 'refused' | 'done' | 'failed' | 'cancelled';

/** Milliseconds after which a result is late. */
export const LATE_AFTER_MS = 30_000;

/** Whether the page shows a document as a card. A step of a chain may be an action that the page does not know. */
export const isCard = (doc: StoredDocument): boolean =>
  !doc._deleted && typeof doc.action === 'string' && [doc.action, ...requestsIn(doc.steps)].some(action => actionOf(action) !== undefined);

/** The state of a document. */
export function stateOf(doc: StoredDocument, onServer: boolean, refused: boolean): State {
  if (refused) {
    return 'refused';
  }

  return isRequest(doc.action) ? (onServer ? 'waiting' : 'saved')
    : String(doc.action).endsWith('_success') ? 'done'
    : String(doc.action).endsWith('_failure') ? 'failed'
    : 'cancelled';
}

/** The requests in a field such as `then` or `steps`. */
export const requestsIn = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isRequest).slice(0, MAX_STEPS) : []);

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
