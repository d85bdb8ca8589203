import type { Database } from './database.js';
import { CANCELLED, REQUEST, timesAsked, type StoredDocument } from './documents.js';
import { traceOf } from './trace.js';

/** The actions of a user. Each writes a document on this device and works offline. */
export class Requests {
  readonly #local: Database;

  constructor(local: Database) {
    this.#local = local;
  }

  /** Requests a person by number, or a random one. */
  async ask(personId?: number): Promise<void> {
    await this.#local.put({
      _id: `person-${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`,
      action: REQUEST,
      asked: 1,
      requestedAt: new Date().toISOString(),
      traceparent: traceOf({}),
      ...(personId === undefined ? {} : { personId }),
    } as unknown as StoredDocument);
  }

  /** Requests again after a result or a cancellation, in the same trace. */
  askAgain(id: string): Promise<void> {
    return this.#change(id, ({ person: _person, error: _error, ...doc }) => ({
      ...doc,
      action: REQUEST,
      asked: timesAsked(doc as StoredDocument) + 1,
      requestedAt: new Date().toISOString(),
      traceparent: traceOf(doc),
    }));
  }

  cancel(id: string): Promise<void> {
    return this.#change(id, doc => (doc.action === REQUEST ? { ...doc, action: CANCELLED } : undefined));
  }

  note(id: string, note: string): Promise<void> {
    return this.#change(id, doc => ({ ...doc, note }));
  }

  /** Deletes a document. The mark `removed` distinguishes this from the tombstone of a branch that lost a conflict. */
  remove(id: string): Promise<void> {
    return this.#change(id, doc => ({ _id: doc._id, _rev: doc._rev, _deleted: true, removed: true }));
  }

  // Another tab, or the arriving result, may change the document between reading and writing: then the edit is applied to the new revision.
  async #change(id: string, edit: (doc: StoredDocument) => Record<string, unknown> | undefined): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const changed = edit(await this.#local.get(id));
        if (changed) {
          await this.#local.put(changed as StoredDocument);
        }

        return;
      } catch (error) {
        const { status } = error as PouchDB.Core.Error;
        if (status === 404) {
          return;
        }

        if (status !== 409 || attempt === 5) {
          throw error;
        }
      }
    }
  }
}
