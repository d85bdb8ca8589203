import type { Database } from './database.js';
import { isCard, stateOf, timeIn, type State, type StoredDocument } from './documents.js';
import type { Progress } from './progress.js';

/** A request, as the page shows it. */
export interface Card {
  doc: StoredDocument;
  state: State;
  /** Why the server refuses it. */
  reason?: string;
  /** When this page saw the request reach the server, or first saw a waiting request that has no `requestedAt`. */
  since?: number;
}

/** A document and its sequence in the local changes feed. */
interface Entry {
  doc: StoredDocument;
  sequence: number;
}

/** The changes since the last update of the page. */
export interface Update {
  changed: ReadonlyMap<string, Card | undefined>;
  unsynced: number;
}

/** All documents of this device in memory, with their states. */
export class Store {
  readonly #progress: Progress;
  readonly #draw: (update: Update) => void;
  readonly #entries = new Map<string, Entry>();
  readonly #cards = new Map<string, Card>();
  readonly #unsynced = new Set<string>();
  readonly #dirty = new Set<string>();
  #scheduled = false;

  constructor(progress: Progress, draw: (update: Update) => void) {
    this.#progress = progress;
    this.#draw = draw;
  }

  /** Reads all documents, then follows the changes feed and calls `onChange` for every change. */
  async follow(local: Database, onChange: (doc: StoredDocument) => void): Promise<void> {
    const { results, last_seq: since } = await local.changes({ since: 0, include_docs: true });
    for (const { doc, seq } of results) {
      this.#put(doc as unknown as StoredDocument, Number(seq));
    }

    this.#flush();
    local.changes({ live: true, since, include_docs: true }).on('change', ({ doc, seq }) => {
      this.#put(doc as unknown as StoredDocument, Number(seq));
      onChange(doc as unknown as StoredDocument);
    });
  }

  /** Recalculates the states after the sync progress changed. */
  refresh(): void {
    for (const id of this.#unsynced) {
      this.#markDirty(id);
    }

    for (const [id, card] of this.#cards) {
      if (card.state === 'saved' || card.state === 'waiting') {
        this.#markDirty(id);
      }
    }
  }

  #put(doc: StoredDocument, sequence: number): void {
    if (!doc._id.startsWith('_')) {
      this.#entries.set(doc._id, { doc, sequence });
      this.#markDirty(doc._id);
    }
  }

  #markDirty(id: string): void {
    this.#dirty.add(id);
    if (!this.#scheduled) {
      this.#scheduled = true;
      // Not requestAnimationFrame: it does not run in a background tab, which still announces changes.
      setTimeout(() => this.#flush(), 16);
    }
  }

  #flush(): void {
    this.#scheduled = false;
    const changed = new Map<string, Card | undefined>();
    for (const id of this.#dirty) {
      const card = this.#createCard(id);
      if (card) {
        this.#cards.set(id, card);
      } else {
        this.#cards.delete(id);
      }

      changed.set(id, card);
    }

    this.#dirty.clear();
    this.#draw({ changed, unsynced: this.#unsynced.size });
  }

  #createCard(id: string): Card | undefined {
    const entry = this.#entries.get(id);
    if (!entry) {
      return undefined;
    }

    const { doc, sequence } = entry;
    const onServer = this.#progress.isOnServer(id, doc._rev, sequence);
    const reason = this.#progress.refusal(id, doc._rev);
    if (onServer) {
      this.#unsynced.delete(id);
    } else {
      this.#unsynced.add(id);
    }

    if (!isCard(doc)) {
      if (doc._deleted && onServer) {
        this.#entries.delete(id);
      }

      return undefined;
    }

    const state = stateOf(doc, onServer, reason !== undefined);
    const since = state === 'waiting' ? waitingSince(doc, this.#cards.get(id)) : undefined;
    return { doc, state, ...(reason === undefined ? {} : { reason }), ...(since === undefined ? {} : { since }) };
  }
}

function waitingSince(doc: StoredDocument, before: Card | undefined): number | undefined {
  const isNew = before?.state !== 'waiting' && timeIn(doc.requestedAt) === undefined;
  return before?.state === 'saved' || isNew ? Date.now() : before?.since;
}
