import type { Connection } from './sync.js';

/** A message between the tabs of this page. */
export type TabMessage =
  | { kind: 'connection'; connection: Connection }
  | { kind: 'progress' }
  /** From a tab that has just opened. */
  | { kind: 'hello' }
  /** From a tab whose user signed in or out. */
  | { kind: 'retry' };

const NAME = 'offline-actions';

/** The tabs of this page. One of them syncs; when it closes, another one takes over. */
export class Tabs {
  readonly #channel = new BroadcastChannel(NAME);

  constructor(onMessage: (message: TabMessage) => void) {
    this.#channel.onmessage = (event: MessageEvent<TabMessage>) => onMessage(event.data);
  }

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  /** Runs `work` in one tab at a time. */
  runInOneTab(work: () => Promise<never>): void {
    void navigator.locks.request(NAME, work);
  }
}
