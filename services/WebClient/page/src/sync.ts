import { openRemote, plainFetch, type Database } from './database.js';
import type { StoredDocument } from './documents.js';
import type { Progress } from './progress.js';
import { fetchForPush } from './push.js';
import { settle } from './settle.js';

/** Whether documents travel, and if not, what is in the way. */
export type Connection = 'starting' | 'online' | 'offline' | 'unreachable' | 'login';

/** An event of PouchDB that its types do not know. */
interface Checkpoints {
  on(event: 'checkpoint', listener: (progress: { checkpoint?: number }) => void): void;
}

const LONGEST_PAUSE = 15_000;
// A server that answers, and takes or gives nothing so many times in a row, is as good as none.
const FAILING = 3;
const PROBE_EVERY = 20_000;
const PROBE_TIMEOUT = 8_000;

/** Keeps device and server the same, both ways, for as long as the page is open. */
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

  /** Looks again at once, instead of after the pause. */
  retryNow(): void {
    this.#failures = 0;
    this.#wake.abort();
  }

  async run(): Promise<never> {
    for (;;) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      const connection = await this.#probe();
      this.#report(connection === 'online' && this.#failures >= FAILING ? 'unreachable' : connection);
      if (connection === 'online') {
        await this.#replicate(signal);
      }

      if (!signal.aborted) {
        await pause(Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures++), signal);
      }
    }
  }

  /** Asks the server, because the browser only knows whether there is a network, and PouchDB does not miss what never comes. */
  async #probe(): Promise<Connection> {
    if (!navigator.onLine) {
      return 'offline';
    }

    try {
      const { ok, status } = await plainFetch(`${this.#url}/`, { signal: AbortSignal.timeout(PROBE_TIMEOUT), cache: 'no-store' });
      return ok ? 'online' : status === 401 ? 'login' : 'unreachable';
    } catch {
      return navigator.onLine ? 'unreachable' : 'offline';
    }
  }

  /** Replicates until something fails, or somebody wants it to look again. */
  async #replicate(signal: AbortSignal): Promise<void> {
    const remote = openRemote(fetchForPush({
      conflict: (id, rev) => this.#settle(id, rev),
      refused: (id, rev, reason) => this.#progress.refuse(id, rev, reason),
    }));
    const options = { live: true, retry: false, batch_size: 100 };
    const push = this.#local.replicate.to(remote, options);
    const pull = this.#local.replicate.from(remote, options);
    push.on('change', ({ docs }) => this.#arrived(docs));
    pull.on('change', ({ docs }) => this.#arrived(docs));
    (push as unknown as Checkpoints).on('checkpoint', ({ checkpoint }) => {
      if (checkpoint !== undefined) {
        this.#progress.pushedTo(checkpoint);
      }
    });

    const calm = new Set<unknown>();
    const ends = [push, pull].map(direction => new Promise<void>(ended => {
      direction.on('paused', error => {
        if (!error && calm.add(direction).size === 2) {
          this.#failures = 0;
          this.#report('online');
        }
      });
      direction.on('error', () => ended());
      direction.on('complete', () => ended());
    }));
    const watch = setInterval(() => void this.#watch(signal), PROBE_EVERY);
    await Promise.race([...ends, aborted(signal)]);
    clearInterval(watch);
    push.cancel();
    pull.cancel();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const connection = await this.#probe();
    if (connection !== 'online' && !signal.aborted) {
      this.#wake.abort();
    }
  }

  #arrived(docs: readonly unknown[]): void {
    this.#progress.onServer((docs as StoredDocument[]).map(doc => [doc._id, doc._rev] as const));
  }

  async #settle(id: string, rev: string): Promise<void> {
    if (await settle(id, rev, this.#local, this.#url)) {
      return;
    }

    // It does come out of what the server has, and is refused: the server may have moved between two questions, but only once.
    if (this.#conflicts.get(id) === rev) {
      await this.#progress.refuse(id, rev, 'The server does not take this change.');
      return;
    }

    this.#conflicts.set(id, rev);
    throw new Error(`${id} has to be pushed again`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
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
