import type { Requests } from '../requests.js';
import type { Card, Update } from '../store.js';
import type { Announcer } from './announcer.js';
import { CardView } from './card.js';
import { byId } from './dom.js';
import type { Photos } from './photo.js';

/** All cards, the newest request first. */
export class CardList {
  readonly #list = byId<HTMLUListElement>('cards');
  readonly #empty = byId<HTMLParagraphElement>('empty');
  readonly #views = new Map<string, CardView>();
  readonly #requests: Requests;
  readonly #announcer: Announcer;
  readonly #photos: Photos;
  #isFirstDraw = true;

  constructor(requests: Requests, announcer: Announcer, photos: Photos) {
    this.#photos = photos;
    this.#requests = requests;
    this.#announcer = announcer;
    setInterval(() => this.#updateTimes(), 1000);
  }

  draw({ changed }: Update): void {
    const added: [string, Card][] = [];
    for (const [id, card] of changed) {
      const view = this.#views.get(id);
      if (!card) {
        this.#remove(id, view);
      } else if (view) {
        const before = view.state;
        view.show(card);
        if (before !== card.state) {
          this.#announcer.changed(view.title, card.state);
        }
      } else {
        added.push([id, card]);
      }
    }

    this.#add(added);
    this.#isFirstDraw = false;
    this.#list.closest('main')?.removeAttribute('aria-busy');
    this.#empty.hidden = this.#views.size > 0;
  }

  // Ids begin with the creation time, so they sort by age.
  #add(added: [string, Card][]): void {
    added.sort(([one], [other]) => (one < other ? 1 : -1));
    let next = this.#list.firstElementChild as HTMLLIElement | null;
    for (const [id, card] of added) {
      const view = new CardView(card, this.#requests, this.#photos, this.#announcer);
      this.#views.set(id, view);
      while (next && (next.dataset.id ?? '') > id) {
        next = next.nextElementSibling as HTMLLIElement | null;
      }

      this.#list.insertBefore(view.item, next);
      if (!this.#isFirstDraw) {
        this.#announcer.changed(view.title, card.state);
      }
    }
  }

  #remove(id: string, view: CardView | undefined): void {
    if (!view) {
      return;
    }

    if (view.item.contains(document.activeElement)) {
      const neighbour = (view.item.nextElementSibling ?? view.item.previousElementSibling) as HTMLLIElement | null;
      const next = this.#views.get(neighbour?.dataset.id ?? '');
      if (next) {
        next.focus();
      } else {
        byId('requests-title').focus();
      }
    }

    this.#announcer.say(`${view.title}: deleted`);
    view.release();
    view.item.remove();
    this.#views.delete(id);
  }

  #updateTimes(): void {
    const now = Date.now();
    for (const view of this.#views.values()) {
      if (view.state === 'waiting' || view.state === 'saved') {
        view.updateTime(now);
      }
    }
  }
}
