import { resolveConflict } from './conflict.js';
import { fetchJson, openRemote, type Database } from './database.js';
import type { StoredDocument } from './documents.js';
import type { Progress } from './progress.js';
import { createPushFetch } from './push.js';

/** Whether documents sync, and if not, why. */
export type Connection = 'starting' | 'online' | 'offline' | 'unreachable' | 'login';

/** An event of PouchDB that is missing in its types. */
interface CheckpointEvents {
  on(event: 'checkpoint', listener: (progress: { checkpoint?: number }) => void): void;
}

const MAX_RETRY_DELAY_MS = 15_000;
// After this many failed replications in a row the server counts as unreachable, even if it responds.
const MAX_FAILURES = 3;
// Each batch costs several round trips; the first pull has many documents.
const PULL_BATCH = 500;
// A batch is in memory, with its photos.
const PUSH_BATCH = 25;
const PROBE_INTERVAL_MS = 20_000;
const PROBE_TIMEOUT_MS = 8_000;

/** Replicates in both directions while the page is open. */
export class Sync {
  readonly #local: Database;
  readonly #progress: Progress;
  readonly #report: (connection: Connection) => void;
  readonly #url = `${location.origin}/db`;
  readonly #conflicts = new Map<string, string>();
  #wake = new AbortController();
  #failures = 0;

  constructor(local: Database, progress: Progress, report: (connection: Connection) => void) {
    this.#local = local;
    this.#progress = progress;
    this.#report = report;
    addEventListener('online', () => this.retryNow());
    addEventListener('offline', () => this.retryNow());
  }

  /** Retries now instead of after the delay. */
  retryNow(): void {
    this.#failures = 0;
    this.#wake.abort();
  }

  async run(): Promise<never> {
    for (;;) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      const connection = await this.#probe();
      // The user may have signed in or out meanwhile: then the answer is out of date.
      if (signal.aborted) {
        continue;
      }

      this.#report(connection === 'online' && this.#failures >= MAX_FAILURES ? 'unreachable' : connection);
      if (connection === 'online') {
        await this.#replicate(signal);
      }

      if (!signal.aborted) {
        await pause(Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** this.#failures++), signal);
      }
    }
  }

  /** Asks the server: the browser only knows whether there is a network, and PouchDB does not notice a connection that hangs. */
  async #probe(): Promise<Connection> {
    if (!navigator.onLine) {
      return 'offline';
    }

    try {
      const { ok, status } = await fetchJson(`${this.#url}/`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS), cache: 'no-store' });
      return ok ? 'online' : status === 401 ? 'login' : 'unreachable';
    } catch {
      return navigator.onLine ? 'unreachable' : 'offline';
    }
  }

  /** Replicates until an error occurs or the signal is aborted. */
  async #replicate(signal: AbortSignal): Promise<void> {
    const remote = openRemote(createPushFetch({
      conflict: (id, rev) => this.#resolve(id, rev),
      refused: (id, rev, reason) => this.#progress.refuse(id, rev, reason),
    }), this.#url, this.#local);
    const options = { live: true, retry: false };
    const push = this.#local.replicate.to(remote, { ...options, batch_size: PUSH_BATCH });
    const pull = this.#local.replicate.from(remote, { ...options, batch_size: PULL_BATCH });
    push.on('change', ({ docs }) => this.#markOnServer(docs));
    pull.on('change', ({ docs }) => this.#markOnServer(docs));
    (push as unknown as CheckpointEvents).on('checkpoint', ({ checkpoint }) => {
      if (checkpoint !== undefined) {
        this.#progress.pushedTo(checkpoint);
      }
    });

    const idle = new Set<unknown>();
    const endings = [push, pull].map(direction => new Promise<void>(ended => {
      direction.on('paused', error => {
        // A direction that was cancelled may still report that it waits.
        if (!error && !signal.aborted && idle.add(direction).size === 2) {
          this.#failures = 0;
          this.#report('online');
        }
      });
      direction.on('error', () => ended());
      direction.on('complete', () => ended());
    }));
    const timer = setInterval(() => void this.#checkConnection(signal), PROBE_INTERVAL_MS);
    await Promise.race([...endings, aborted(signal)]);
    clearInterval(timer);
    push.cancel();
    pull.cancel();
  }

  async #checkConnection(signal: AbortSignal): Promise<void> {
    const connection = await this.#probe();
    if (connection !== 'online' && !signal.aborted) {
      this.#wake.abort();
    }
  }

  #markOnServer(docs: readonly unknown[]): void {
    this.#progress.onServer((docs as StoredDocument[]).map(doc => [doc._id, doc._rev] as const));
  }

  async #resolve(id: string, rev: string): Promise<void> {
    if (await resolveConflict(id, rev, this.#local, this.#url)) {
      return;
    }

    // The revision continues the server's revision and is refused all the same. Once, the server may have changed in between; twice, it refuses the change.
    if (this.#conflicts.get(id) === rev) {
      await this.#progress.refuse(id, rev, 'The server refuses this change.');
      return;
    }

    this.#conflicts.set(id, rev);
    throw new Error(`${id} has to be pushed again`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return signal.aborted ? Promise.resolve() : new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
