import type { StoredDocument } from '../documents.js';
import { byId, element } from './dom.js';

const MAX_ENTRIES = 200;

/** Shows every changed document, newest first, while the section is open. */
export class ChangeLog {
  readonly #details = byId<HTMLDetailsElement>('developer');
  readonly #list = byId<HTMLOListElement>('changes');
  readonly #recent: string[] = [];

  constructor() {
    this.#details.addEventListener('toggle', () => this.#draw());
  }

  add(doc: StoredDocument): void {
    this.#recent.unshift(`${new Date().toLocaleTimeString()}  ${JSON.stringify(doc, undefined, 2)}`);
    this.#recent.length = Math.min(this.#recent.length, MAX_ENTRIES);
    if (this.#details.open) {
      this.#list.prepend(entry(this.#recent[0] ?? ''));
      if (this.#list.childElementCount > MAX_ENTRIES) {
        this.#list.lastElementChild?.remove();
      }
    }
  }

  #draw(): void {
    this.#list.replaceChildren(...(this.#details.open ? this.#recent.map(entry) : []));
  }
}

const entry = (text: string): HTMLLIElement => element('li', {}, element('pre', {}, text));
