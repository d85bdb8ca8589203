import type { Connection } from './sync.js';

/** What the tab that syncs tells the others. */
export type News =
  | { kind: 'connection'; connection: Connection }
  | { kind: 'progress' }
  /** From a tab that has just opened, or whose person wants to try now. */
  | { kind: 'hello' }
  | { kind: 'retry' };

const NAME = 'offline-actions';

/** The tabs of this page. One syncs for all; when it closes, the next one does. */
export class Tabs {
  readonly #channel = new BroadcastChannel(NAME);

  constructor(heard: (news: News) => void) {
    this.#channel.onmessage = (message: MessageEvent<News>) => heard(message.data);
  }

  tell(news: News): void {
    this.#channel.postMessage(news);
  }

  /** Does something in one tab only, for as long as that is open. */
  lead(work: () => Promise<never>): void {
    void navigator.locks.request(NAME, work);
  }
}
