import type { State } from '../documents.js';
import { byId } from './dom.js';

const WORDS: Record<State, string> = {
  saved: 'saved on this device',
  waiting: 'waiting for the result',
  refused: 'not taken by the server',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

const GATHER = 400;
const MOST = 3;

/** Tells people who do not see the page what happens on it. What happens at once is told together. */
export class Announcer {
  readonly #region = byId<HTMLParagraphElement>('announcer');
  #said: string[] = [];
  #changes = new Map<string, State>();
  #counts = new Map<State, number>();
  #timer: number | undefined;

  say(sentence: string): void {
    this.#said.push(sentence);
    this.#later();
  }

  changed(title: string, state: State): void {
    this.#changes.set(title, state);
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
    this.#later();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => this.#speak(), GATHER);
  }

  #speak(): void {
    const many = [...this.#counts.values()].reduce((sum, count) => sum + count, 0) > MOST;
    const changes = many
      ? [...this.#counts].map(([state, count]) => `${count} ${count === 1 ? 'request' : 'requests'}: ${WORDS[state]}`)
      : [...this.#changes].map(([title, state]) => `${title}: ${WORDS[state]}`);
    this.#region.textContent = [...this.#said.slice(-MOST), ...changes].join('. ');
    this.#said = [];
    this.#changes = new Map();
    this.#counts = new Map();
    this.#timer = undefined;
  }
}
