// One failure may be the server's; a document that has failed this often would fail forever.
const MAX_FAILURES = 3;

/** Counts the failures of each revision, so that one document cannot stop the sync of all others. */
export class FailureCount {
  readonly #counts = new Map<string, number>();

  /** Counts a failure. @returns Whether this revision has failed too often to try it again. */
  isHopeless(id: string, rev: string): boolean {
    const key = JSON.stringify([id, rev]);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count >= MAX_FAILURES;
  }
}
