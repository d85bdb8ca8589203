import type { Database } from './database.js';
import {
  actionOf, cancelled, isRequest, PERSON_REQUEST, PHOTO_REQUEST, requestsIn, timesAsked, type StoredDocument,
} from './documents.js';
import { traceOf } from './trace.js';

/** The name of a photo's attachment. */
const PHOTO = 'photo.jpg';

/** The actions of a user. Each writes a document on this device and works offline. */
export class Requests {
  readonly #local: Database;

  constructor(local: Database) {
    this.#local = local;
  }

  /** Requests a person by number, or a random one. */
  ask(personId?: number): Promise<void> {
    return this.#add([PERSON_REQUEST], personId === undefined ? {} : { personId });
  }

  /**
   * Requests the text of a photo.
   * @param photo A JPEG.
   * @param person `then`: and after that a person, by number or a random one.
   * @param bulk Whether requests of others may overtake it.
   */
  read(photo: Blob, person: { then: boolean; personId?: number }, bulk: boolean): Promise<void> {
    const { then, ...inputs } = person;
    return this.#add(then ? [PHOTO_REQUEST, PERSON_REQUEST] : [PHOTO_REQUEST], {
      ...(then ? inputs : {}),
      ...(bulk ? { priority: 'bulk' } : {}),
      image: PHOTO,
      _attachments: { [PHOTO]: { content_type: photo.type, data: photo } },
    });
  }

  /** Requests again after a result or a cancellation, in the same trace. A chain goes on from where it stopped; one that was done begins again. */
  askAgain(id: string): Promise<void> {
    return this.#change(id, doc => {
      const [first, ...steps] = requestsIn(doc.steps);
      const again = !String(doc.action).endsWith('_success') || first === undefined ? [requestOf(doc), ...requestsIn(doc.then)] : [first, ...steps];
      const old = new Set<unknown>(['error', 'progress', 'then', ...again.map(step => actionOf(step)?.result)]);
      return {
        ...Object.fromEntries(Object.entries(doc).filter(([name]) => !old.has(name))),
        ...chain(again),
        asked: timesAsked(doc) + 1,
        requestedAt: new Date().toISOString(),
        traceparent: traceOf(doc),
      };
    });
  }

  cancel(id: string): Promise<void> {
    return this.#change(id, ({ progress: _progress, ...doc }) => (isRequest(doc.action) ? { ...doc, action: cancelled(doc.action) } : undefined));
  }

  note(id: string, note: string): Promise<void> {
    return this.#change(id, doc => ({ ...doc, note }));
  }

  /** Deletes a document. The mark `removed` distinguishes this from the tombstone of a branch that lost a conflict. */
  remove(id: string): Promise<void> {
    return this.#change(id, doc => ({ _id: doc._id, _rev: doc._rev, _deleted: true, removed: true }));
  }

  /** @param requests The first one, and those after it. */
  async #add(requests: readonly string[], fields: Record<string, unknown>): Promise<void> {
    await this.#local.put({
      // A new id begins with the time: cards are sorted by it.
      _id: `request-${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`,
      ...chain(requests),
      ...(requests.length > 1 ? { steps: requests } : {}),
      asked: 1,
      requestedAt: new Date().toISOString(),
      traceparent: traceOf({}),
      ...fields,
    } as unknown as StoredDocument);
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

const chain = ([action, ...then]: readonly string[]): Record<string, unknown> => ({ action, ...(then.length === 0 ? {} : { then }) });

/** The request that a document's state belongs to. */
const requestOf = ({ action }: StoredDocument): string => {
  const known = actionOf(action);
  return known ? `${known.name}_request` : String(action).replace(/_(failure|cancelled|success)$/, '_request');
};
