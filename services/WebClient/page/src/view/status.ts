import type { Connection } from '../sync.js';
import { byId, write } from './dom.js';

export const CONNECTIONS: Record<Connection, string> = {
  starting: 'Starting …',
  online: 'Online',
  offline: 'Offline',
  unreachable: 'Server unreachable',
  login: 'Sign-in needed',
};

// A change from the server counts as unsynced for a moment; the delay avoids flicker.
const DELAY_MS = 300;

/** The header: the connection, and the number of unsynced documents. */
export class Status {
  readonly #connection = byId<HTMLParagraphElement>('connection');
  readonly #text = byId<HTMLSpanElement>('connection-text');
  readonly #unsynced = byId<HTMLParagraphElement>('unsynced');
  #count = 0;
  #timer: number | undefined;

  connection(connection: Connection): void {
    this.#connection.dataset.state = connection;
    write(this.#text, CONNECTIONS[connection]);
  }

  unsynced(count: number): void {
    this.#count = count;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#unsynced.dataset.count = `${this.#count}`;
      write(this.#unsynced, this.#count === 0 ? 'Everything is synced' : `${this.#count} not synced yet`);
    }, DELAY_MS);
  }
}
