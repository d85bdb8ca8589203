import type { StoredDocument } from '../documents.js';
import { textIn } from '../photo.js';
import type { Announcer } from './announcer.js';
import { element, write } from './dom.js';

/** Milliseconds for which the button says that the text was copied. */
const CONFIRM_MS = 2000;

/** The text that was read from a photo, with a button that copies it. */
export class PhotoText {
  readonly text = element('p', { class: 'text' });
  readonly copy = element('button', { type: 'button', class: 'quiet' }, 'Copy');
  readonly #announcer: Announcer;
  #content: string | undefined;
  #timer: number | undefined;

  constructor(announcer: Announcer) {
    this.#announcer = announcer;
    this.copy.addEventListener('click', () => void this.#copy());
  }

  show(doc: StoredDocument, title: string): void {
    this.#content = textIn(doc);
    const isEmpty = this.#content?.trim() === '';
    this.text.hidden = this.#content === undefined;
    write(this.text, isEmpty ? 'There is no text in the photo.' : (this.#content ?? ''));
    this.text.classList.toggle('none', isEmpty);
    this.copy.hidden = this.#content === undefined || isEmpty;
    this.copy.setAttribute('aria-label', `Copy the text of ${title}`);
  }

  async #copy(): Promise<void> {
    const isCopied = await copyText(this.#content ?? '');
    this.#announcer.say(isCopied ? 'The text was copied' : 'This browser does not let the page copy. The text is selected: copy it with the keyboard');
    if (!isCopied) {
      getSelection()?.selectAllChildren(this.text);
      return;
    }

    write(this.copy, 'Copied');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => write(this.copy, 'Copy'), CONFIRM_MS);
  }
}

/** Copies a text. @returns Whether that worked. Some browsers allow only the older way, and some none. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement as HTMLElement | null;
    const field = element('textarea', { class: 'for-screen-readers', 'aria-hidden': 'true' });
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    focused?.focus();
    return isCopied;
  }
}
