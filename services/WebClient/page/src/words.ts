import { actionOf, isRequest, memberOf, requestsIn, textOf, timeIn, type StoredDocument } from './documents.js';
import { isAboutPhoto, textIn } from './photo.js';

/** An attempt that is later than this may have ended, and this device does not know it yet. */
const OVERDUE_AFTER_MS = 60_000;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** The title of a card: the first words in a photo, or the name of the person. */
export function titleOf(doc: StoredDocument): string {
  const line = textIn(doc)?.split('\n').find(text => text.trim() !== '');
  const name = doc.action === 'person_success' ? memberOf(doc.person, 'name') : undefined;
  const asked = doc.personId === undefined ? 'Any person' : `Person ${textOf(doc.personId, 20)}`;
  return textOf(line?.trim(), 80) || textOf(name, 80) || (isAboutPhoto(doc) ? 'Photo' : asked);
}

/** Which step of a chain is next: `Step 1 of 2: reading the text of the photo`. Empty without a chain. */
export function stepOf(doc: StoredDocument): string {
  const next = requestsIn(doc.then).length;
  const all = Math.max(requestsIn(doc.steps).length, next + 1);
  return all === 1 ? '' : `Step ${all - next} of ${all}: ${doingOf(doc.action)}`;
}

// An action that the page does not know is named by itself: `word count`.
const doingOf = (action: unknown): string =>
  actionOf(action)?.doing ?? textOf(action, 40).replace(/_(request|failure|cancelled)$/, '').replaceAll('_', ' ');

/**
 * The attempts so far, why, and when the next one is: `2 attempts so far: SWAPI is down. Next try in 3 min, at 14:05:00.` Empty if the
 * document says nothing about attempts, or none is going on.
 */
export function attemptsOf(doc: StoredDocument, now: number): string {
  if (!isRequest(doc.action) || typeof doc.progress !== 'object' || doc.progress === null) {
    return '';
  }

  const [attempts, message, next] = ['attempts', 'message', 'nextAttemptAt'].map(name => memberOf(doc.progress, name));
  const count = typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 0;
  const so = count === 0 ? 'Not tried yet' : `${count} ${count === 1 ? 'attempt' : 'attempts'} so far`;
  return [sentence([so, textOf(message)].filter(Boolean).join(': ')), nextTry(timeIn(next), now)].filter(Boolean).join(' ');
}

function nextTry(at: number | undefined, now: number): string {
  if (at === undefined) {
    return '';
  }

  const time = new Date(at).toDateString() === new Date(now).toDateString() ? clock.format(at) : calendar.format(at);
  return at > now ? `Next try in ${duration(at - now)}, at ${time}.`
    : at > now - OVERDUE_AFTER_MS ? 'Next try: any moment now.'
    : `The next try was due at ${time}; this device has not heard of it yet.`;
}

/** A time span in words: `12 s`, `3 min 5 s`, `2 h 1 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s`
    : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
    : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);
