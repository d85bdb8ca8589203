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
    this.#signOut.hidden = true;
    if (connection === 'login') {
      if (this.#user) {
        this.#reason.textContent = `Your session has ended, ${this.#user}. Sign in again: everything you did is kept on this device, and is sent then.`;
        this.#name.value = this.#user;
      }

      this.#form.hidden = false;
    } else if (connection === 'online') {
      this.#form.hidden = true;
      this.#user = await whoIsIt();
      this.#signOut.hidden = !this.#user;
      this.#signOut.textContent = `Sign out ${this.#user ?? ''}`;
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
