import { signIn, signOut, whoIsIt } from '../session.js';
import type { Connection } from '../sync.js';
import { byId } from './dom.js';

/** The sign-in form, shown while the server asks for it. */
export class Login {
  readonly #form = byId<HTMLFormElement>('login');
  readonly #reason = byId<HTMLParagraphElement>('login-reason');
  readonly #name = byId<HTMLInputElement>('login-name');
  readonly #password = byId<HTMLInputElement>('login-password');
  readonly #problem = byId<HTMLParagraphElement>('login-problem');
  readonly #signOut = byId<HTMLButtonElement>('sign-out');
  readonly #changed: () => void;
  readonly #welcome = this.#reason.textContent ?? '';
  #user: string | undefined;

  /** @param changed Called when somebody has signed in or out. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#signIn();
    });
    this.#signOut.addEventListener('click', () => void this.#leave());
  }

  async connection(connection: Connection): Promise<void> {
    // Hidden things have no focus; who signs out with the keyboard finds it where signing in begins.
    const leaving = document.activeElement === this.#signOut;
    this.#signOut.hidden = true;
    if (connection === 'login') {
      this.#reason.textContent = this.#user ? sessionEnded(this.#user) : this.#welcome;
      this.#name.value = this.#user ?? this.#name.value;
      this.#form.hidden = false;
      if (leaving) {
        this.#name.focus();
      }
    } else if (connection === 'online') {
      this.#close();
      this.#user = await whoIsIt();
      this.#signOut.hidden = !this.#user;
      this.#signOut.textContent = `Sign out ${this.#user ?? ''}`;
    }
  }

  // The keyboard's place would go with the form.
  #close(): void {
    const inside = this.#form.contains(document.activeElement);
    this.#form.hidden = true;
    if (inside) {
      byId('requests-title').focus();
    }
  }

  async #signIn(): Promise<void> {
    const problem = await signIn(this.#name.value, this.#password.value);
    this.#password.value = '';
    this.#problem.textContent = problem ?? '';
    if (!problem) {
      this.#changed();
    }
  }

  async #leave(): Promise<void> {
    if (await signOut()) {
      this.#user = undefined;
      this.#changed();
    }
  }
}

const sessionEnded = (user: string): string =>
  `Your session has ended, ${user}. Sign in again: everything you did is kept on this device, and is sent then.`;
