import { getAttachment, type Database } from '../database.js';
import type { StoredDocument } from '../documents.js';
import { photoOf, type Photo } from '../photo.js';
import { element } from './dom.js';

/** Loads the photos of the cards in view only, and releases the others: a thousand photos would not fit into memory. */
export class Photos {
  readonly #local: Database;
  readonly #views = new WeakMap<Element, PhotoView>();
  // A card's height of photos above and below is loaded ahead.
  readonly #observer = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      this.#views.get(target)?.setVisible(isIntersecting);
    }
  }, { rootMargin: '600px 0px' });

  constructor(local: Database) {
    this.#local = local;
  }

  /** The photo of a document, which is loaded while the card is in view. */
  create(card: Element, id: string): PhotoView {
    const view = new PhotoView(name => getAttachment(this.#local, id, name));
    this.#views.set(card, view);
    this.#observer.observe(card);
    return view;
  }

  /** Releases the photo of a card that is removed. */
  release(card: Element): void {
    this.#observer.unobserve(card);
    this.#views.get(card)?.setVisible(false);
  }
}

/** A photo on a card. */
export class PhotoView {
  readonly image = element('img', { alt: 'The photo', decoding: 'async' });
  readonly #read: (name: string) => Promise<Blob | undefined>;
  #photo: Photo | undefined;
  #shown: Photo | undefined;
  #isVisible = false;

  constructor(read: (name: string) => Promise<Blob | undefined>) {
    this.#read = read;
    // The browser keeps the decoded picture; the blob is no longer needed.
    for (const event of ['load', 'error'] as const) {
      this.image.addEventListener(event, () => URL.revokeObjectURL(this.image.src));
    }
  }

  show(doc: StoredDocument): void {
    this.#photo = photoOf(doc);
    this.image.hidden = !this.#photo;
    void this.#update();
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    void this.#update();
  }

  async #update(): Promise<void> {
    const photo = this.#isVisible ? this.#photo : undefined;
    if (photo?.name === this.#shown?.name && photo?.digest === this.#shown?.digest) {
      return;
    }

    this.#shown = photo;
    const blob = photo && (await this.#read(photo.name));
    // The card may have left the view meanwhile.
    if (this.#shown !== photo) {
      return;
    }

    if (blob) {
      this.image.src = URL.createObjectURL(blob);
    } else {
      this.image.removeAttribute('src');
    }
  }
}
