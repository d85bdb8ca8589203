import type { Database } from './database.js';

/** Why the server does not take a revision. */
export interface Refusal {
  rev: string;
  reason: string;
}

interface Stored {
  pushed: number;
  refused: Record<string, Refusal>;
}

const ID = '_local/progress';

/** How far the server knows this device's documents; kept with them, because it must be known without a network too. */
export class Progress {
  readonly #local: Database;
  readonly #told: () => void;
  readonly #fromServer = new Map<string, string>();
  #pushed = 0;
  #refused: Record<string, Refusal> = {};
  #saving: Promise<void> = Promise.resolve();

  constructor(local: Database, told: () => void) {
    this.#local = local;
    this.#told = told;
  }

  /** Reads what was kept; another tab may have been the one that syncs. */
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

  /** Whether the server has this revision of a document, or has said what it thinks of it. */
  knows(id: string, rev: string, sequence: number): boolean {
    return sequence <= this.#pushed || this.#fromServer.get(id) === rev;
  }

  /** Why the server does not take this revision; undefined if it does. */
  refusal(id: string, rev: string): string | undefined {
    const refusal = this.#refused[id];
    return refusal?.rev === rev ? refusal.reason : undefined;
  }

  /** The server has everything up to here. */
  pushedTo(sequence: number): void {
    if (sequence > this.#pushed) {
      this.#pushed = sequence;
      this.#keep();
    }
  }

  /** These revisions are on the server. */
  onServer(revisions: Iterable<readonly [id: string, rev: string]>): void {
    for (const [id, rev] of revisions) {
      this.#fromServer.set(id, rev);
    }

    this.#told();
  }

  refuse(id: string, rev: string, reason: string): Promise<void> {
    this.#refused = { ...this.#refused, [id]: { rev, reason } };
    return this.#keep();
  }

  // One write after the other: each needs the revision of the one before.
  #keep(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    this.#told();
    return this.#saving;
  }

  async #save(): Promise<void> {
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
