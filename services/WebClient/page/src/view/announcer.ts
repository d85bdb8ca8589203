import type { State } from '../documents.js';
import { byId } from './dom.js';

const STATE_NAMES: Record<State, string> = {
  saved: 'saved on this device',
  waiting: 'waiting for the result',
  refused: 'refused by the server',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

const DELAY_MS = 400;
const MAX_MESSAGES = 3;

/** Announces changes to screen readers. Changes within 400 ms are announced together. */
export class Announcer {
  readonly #region = byId<HTMLParagraphElement>('announcer');
  #sentences: string[] = [];
  #changes = new Map<string, State>();
  #counts = new Map<State, number>();
  #timer: number | undefined;

  say(sentence: string): void {
    this.#sentences.push(sentence);
    this.#schedule();
  }

  changed(title: string, state: State): void {
    this.#changes.set(title, state);
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#speak(), DELAY_MS);
  }

  #speak(): void {
    const summarize = [...this.#counts.values()].reduce((sum, count) => sum + count, 0) > MAX_MESSAGES;
    const changes = summarize
      ? [...this.#counts].map(([state, count]) => `${count} ${count === 1 ? 'request' : 'requests'}: ${STATE_NAMES[state]}`)
      : [...this.#changes].map(([title, state]) => `${title}: ${STATE_NAMES[state]}`);
    this.#region.textContent = [...this.#sentences.slice(-MAX_MESSAGES), ...changes].join('. ');
    this.#sentences = [];
    this.#changes = new Map();
    this.#counts = new Map();
    this.#timer = undefined;
  }
}
