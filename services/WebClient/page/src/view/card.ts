import { hasResult, LATE_AFTER_MS, memberOf, textOf, timeIn, type State } from '../documents.js';
import { isAboutPhoto, readingOf } from '../photo.js';
import type { Requests } from '../requests.js';
import type { Card } from '../store.js';
import { attemptsOf, duration, stepOf, titleOf } from '../words.js';
import type { Announcer } from './announcer.js';
import { element, write } from './dom.js';
import type { Photos, PhotoView } from './photo.js';
import { PhotoText } from './phototext.js';

const FACTS: readonly (readonly [label: string, field: string, unit?: string])[] = [
  ['Born', 'birth_year'], ['Gender', 'gender'], ['Height', 'height', 'cm'], ['Mass', 'mass', 'kg'], ['Eyes', 'eye_color'], ['Hair', 'hair_color'],
];

const STATES: Record<State, string> = {
  saved: 'Saved on this device',
  waiting: 'Waiting for the result',
  refused: 'Refused by the server',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

/** One request on the page. The element is created once and then updated, so that it keeps the focus. */
export class CardView {
  readonly item: HTMLLIElement;
  readonly #title = element('h3', { tabindex: '-1' });
  readonly #state = element('p', { class: 'state' });
  readonly #detail = element('p', { class: 'detail' });
  readonly #facts = element('dl');
  readonly #results = element('div', { class: 'results' });
  readonly #note = element('input', { type: 'text', maxlength: '200', placeholder: 'Add a note' });
  readonly #cancel = element('button', { type: 'button', class: 'quiet' }, 'Cancel');
  readonly #askAgain = element('button', { type: 'button' });
  readonly #remove = element('button', { type: 'button', class: 'quiet' }, 'Delete');
  readonly #showFacts: ((person: unknown) => void)[] = [];
  readonly #buttons: HTMLDivElement;
  readonly #photos: Photos;
  readonly #announcer: Announcer;
  #photo: { view: PhotoView; text: PhotoText } | undefined;
  #card: Card;
  #shownNote = '';

  constructor(card: Card, requests: Requests, photos: Photos, announcer: Announcer) {
    this.#card = card;
    this.#photos = photos;
    this.#announcer = announcer;
    const id = card.doc._id;
    this.#cancel.addEventListener('click', () => void requests.cancel(id));
    this.#askAgain.addEventListener('click', () => void requests.askAgain(id));
    this.#remove.addEventListener('click', () => void requests.remove(id));
    this.#note.addEventListener('change', () => void requests.note(id, this.#note.value));
    for (const [label, field, unit] of FACTS) {
      const value = element('dd');
      this.#showFacts.push(person => write(value, factOf(memberOf(person, field), unit)));
      this.#facts.append(element('div', {}, element('dt', {}, label), value));
    }

    this.#results.append(this.#facts);
    this.#buttons = element('div', { class: 'buttons' }, this.#cancel, this.#askAgain, this.#remove);
    this.item = element('li', { class: 'card' },
      element('div', { class: 'head' }, this.#title, this.#state), this.#detail, this.#results, this.#note, this.#buttons);
    this.item.dataset.id = id;
    this.show(card);
  }

  get state(): State {
    return this.#card.state;
  }

  get title(): string {
    return this.#title.textContent ?? '';
  }

  /** Updates the element. */
  show(card: Card): void {
    this.#card = card;
    const { doc, state } = card;
    const title = titleOf(doc);
    this.item.dataset.state = state;
    write(this.#title, title);
    this.updateTime(Date.now());
    this.#showPhoto(title);
    // A chain shows what it has found so far.
    const hasPerson = hasResult(doc, 'person');
    this.#facts.hidden = !hasPerson;
    if (hasPerson) {
      for (const showFact of this.#showFacts) {
        showFact(doc.person);
      }
    }

    // Text that the user is typing is not overwritten.
    const note = textOf(doc.note, Infinity);
    if (document.activeElement !== this.#note || this.#note.value === this.#shownNote || this.#note.value === note) {
      this.#note.value = note;
      this.#shownNote = note;
    }

    this.#note.setAttribute('aria-label', `Note for ${title}`);
    const open = state === 'saved' || state === 'waiting';
    this.#toggleButton(this.#cancel, open, `Cancel ${title}`);
    const retry = state === 'failed' || state === 'refused';
    write(this.#askAgain, retry ? 'Retry' : 'Ask again');
    this.#askAgain.classList.toggle('quiet', !retry);
    this.#toggleButton(this.#askAgain, !open, `${this.#askAgain.textContent}: ${title}`);
    this.#remove.setAttribute('aria-label', `Delete ${title}`);
  }

  /** Updates the waiting time. */
  updateTime(now: number): void {
    const { doc, state, since } = this.#card;
    const started = since ?? timeIn(doc.requestedAt);
    const waited = state === 'waiting' && started !== undefined ? Math.max(0, now - started) : undefined;
    const late = waited !== undefined && waited > LATE_AFTER_MS;
    this.item.classList.toggle('late', late);
    write(this.#state, STATES[state]);
    write(this.#detail, detailOf(this.#card, waited, late, now));
  }

  focus(): void {
    this.#title.focus();
  }

  /** Releases what a removed card holds. */
  release(): void {
    this.#photos.release(this.item);
  }

  // Most cards have no photo: its elements are created when there is one.
  #showPhoto(title: string): void {
    const { doc } = this.#card;
    if (!this.#photo && isAboutPhoto(doc)) {
      this.#photo = { view: this.#photos.create(this.item, doc._id), text: new PhotoText(this.#announcer) };
      this.item.classList.add('with-photo');
      this.#detail.after(this.#photo.view.image);
      this.#results.prepend(this.#photo.text.text);
      this.#buttons.prepend(this.#photo.text.copy);
      // Long texts are scrolled, with the keyboard, too.
      this.#results.tabIndex = 0;
      this.#results.setAttribute('role', 'group');
    }

    if (this.#photo) {
      this.#photo.view.show(doc);
      this.#photo.text.show(doc, title);
      this.#results.setAttribute('aria-label', `Result of ${title}`);
    }
  }

  #toggleButton(button: HTMLButtonElement, visible: boolean, label: string): void {
    if (!visible && document.activeElement === button) {
      this.focus();
    }

    button.hidden = !visible;
    button.setAttribute('aria-label', label);
  }
}

/** Adds the unit to numbers only, not to values like "unknown". */
function factOf(value: unknown, unit?: string): string {
  const text = textOf(value, 40) || '–';
  return unit && /^[\d.,]+$/.test(text) ? `${text} ${unit}` : text;
}

function detailOf({ doc, state, reason, since }: Card, waited: number | undefined, late: boolean, now: number): string {
  const asked = timeIn(doc.requestedAt);
  const when = asked === undefined ? '' : `Asked ${clock.format(asked)}`;
  const step = stepOf(doc);
  const attempts = attemptsOf(doc, now);
  switch (state) {
    case 'saved':
      return sentences(when, step, 'It will be sent when the server can be reached.', attempts);
    case 'waiting': {
      const ago = waited === undefined ? '' : `${since === undefined ? '' : 'sent '}${duration(waited)} ago`;
      const low = doc.priority === 'bulk' ? 'Low priority, because there are many' : '';
      return sentences([when, ago].filter(Boolean).join(', '), step, low, attempts || (late ? 'This is taking longer than usual.' : ''));
    }
    case 'refused':
      return textOf(reason);
    case 'failed': {
      const message = textOf(memberOf(doc.error, 'message')) || 'No reason was given.';
      const failed = timeIn(memberOf(doc.error, 'failedAt'));
      return sentences(step, failed === undefined ? message : `${message} (${clock.format(failed)})`);
    }
    case 'cancelled':
      return sentences(when, step);
    default:
      return sentences(when, readingOf(doc));
  }
}

// The last sentence has the full stop that it came with, or none.
const sentences = (...parts: readonly string[]): string => parts.filter(Boolean).reduce((text, part) => (text ? `${text.replace(/\.$/, '')}. ${part}` : part), '');
