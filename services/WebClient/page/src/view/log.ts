import type { StoredDocument } from '../documents.js';
import { byId, element } from './dom.js';

const MOST = 200;

/** Prints every document on every change, while somebody looks. */
export class ChangeLog {
  readonly #details = byId<HTMLDetailsElement>('developer');
  readonly #list = byId<HTMLOListElement>('changes');
  readonly #recent: string[] = [];

  constructor() {
    this.#details.addEventListener('toggle', () => this.#draw());
  }

  add(doc: StoredDocument): void {
    this.#recent.unshift(`${new Date().toLocaleTimeString()}  ${JSON.stringify(doc, undefined, 2)}`);
    this.#recent.length = Math.min(this.#recent.length, MOST);
    if (this.#details.open) {
      this.#list.prepend(entry(this.#recent[0] ?? ''));
      if (this.#list.childElementCount > MOST) {
        this.#list.lastElementChild?.remove();
      }
    }
  }

  #draw(): void {
    this.#list.replaceChildren(...(this.#details.open ? this.#recent.map(entry) : []));
  }
}

const entry = (text: string): HTMLLIElement => element('li', {}, element('pre', {}, text));
