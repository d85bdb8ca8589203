import type { Database } from './database.js';

/** A revision that the server refuses, and why. */
export interface Refusal {
  rev: string;
  reason: string;
}

interface Stored {
  pushed: number;
  refused: Record<string, Refusal>;
}

const ID = '_local/progress';

/** Which local revisions are on the server. Stored in the local database, so that it is also known offline. */
export class Progress {
  readonly #local: Database;
  readonly #onChange: () => void;
  readonly #fromServer = new Map<string, string>();
  #pushed = 0;
  #refused: Record<string, Refusal> = {};
  #saving: Promise<void> = Promise.resolve();

  constructor(local: Database, onChange: () => void) {
    this.#local = local;
    this.#onChange = onChange;
  }

  /** Reads the stored progress, also after another tab has synced. */
  async load(): Promise<void> {
    try {
      const stored = (await this.#local.get(ID)) as unknown as Stored;
      this.#pushed = Math.max(this.#pushed, stored.pushed);
      this.#refused = stored.refused;
    } catch (error) {
      if ((error as PouchDB.Core.Error).status !== 404) {
        throw error;
      }
    }
  }

  /** Whether the server has this revision, or has refused it. */
  isOnServer(id: string, rev: string, sequence: number): boolean {
    return sequence <= this.#pushed || this.#fromServer.get(id) === rev;
  }

  /** Why the server refuses this revision; undefined if it does not. */
  refusal(id: string, rev: string): string | undefined {
    const refusal = this.#refused[id];
    return refusal?.rev === rev ? refusal.reason : undefined;
  }

  /** Records that everything up to this local sequence was pushed. */
  pushedTo(sequence: number): void {
    if (sequence > this.#pushed) {
      this.#pushed = sequence;
      this.#save();
    }
  }

  /** Records that these revisions are on the server. */
  onServer(revisions: Iterable<readonly [id: string, rev: string]>): void {
    for (const [id, rev] of revisions) {
      this.#fromServer.set(id, rev);
    }

    this.#onChange();
  }

  refuse(id: string, rev: string, reason: string): Promise<void> {
    this.#refused = { ...this.#refused, [id]: { rev, reason } };
    return this.#save();
  }

  // Writes run one after the other, because each needs the revision of the previous one.
  #save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write());
    this.#onChange();
    return this.#saving;
  }

  async #write(): Promise<void> {
    const stored: Stored = { pushed: this.#pushed, refused: this.#refused };
    for (;;) {
      const rev = await this.#local.get(ID).then(doc => doc._rev, () => undefined);
      try {
        await this.#local.put({ ...stored, _id: ID, ...(rev ? { _rev: rev } : {}) } as never);
        return;
      } catch (error) {
        if ((error as PouchDB.Core.Error).status !== 409) {
          throw error;
        }
      }
    }
  }
}
