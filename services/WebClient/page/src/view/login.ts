import { signIn, signOut, getUserName } from '../session.js';
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
  readonly #initialReason = this.#reason.textContent ?? '';
  #user: string | undefined;
  #current: Connection = 'starting';

  /** @param changed Called after the user has signed in or out. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#signIn();
    });
    this.#signOut.addEventListener('click', () => void this.#leaveSession());
  }

  async connection(connection: Connection): Promise<void> {
    // A hidden button loses the focus: after signing out with the keyboard the name field gets it.
    const hadFocus = document.activeElement === this.#signOut;
    this.#signOut.hidden = true;
    this.#current = connection;
    if (connection === 'login') {
      this.#reason.textContent = this.#user ? sessionEnded(this.#user) : this.#initialReason;
      this.#name.value = this.#user ?? this.#name.value;
      this.#form.hidden = false;
      if (hadFocus) {
        this.#name.focus();
      }
    } else if (connection === 'online') {
      this.#close();
      const user = await getUserName();
      // The user may have signed out, or lost the connection, meanwhile.
      if (this.#current !== 'online') {
        return;
      }

      // Without an answer it is still the one who signed in.
      this.#user = user === undefined ? this.#user : user ?? undefined;
      this.#signOut.hidden = !this.#user;
      this.#signOut.textContent = `Sign out ${this.#user ?? ''}`;
    }
  }

  // A focus inside the hidden form would be lost.
  #close(): void {
    const hadFocus = this.#form.contains(document.activeElement);
    this.#form.hidden = true;
    if (hadFocus) {
      byId('requests-title').focus();
    }
  }

  async #signIn(): Promise<void> {
    const answer = await signIn(this.#name.value, this.#password.value);
    this.#password.value = '';
    this.#problem.textContent = 'problem' in answer ? answer.problem : '';
    if ('user' in answer) {
      this.#user = answer.user ?? undefined;
      this.#changed();
    }
  }

  async #leaveSession(): Promise<void> {
    if (await signOut()) {
      this.#user = undefined;
    } else {
      this.#signOut.textContent = `Sign out ${this.#user ?? ''}: failed, try again`;
    }

    // Also after a failure: if only the answer was lost, the session has ended.
    this.#changed();
  }
}

const sessionEnded = (user: string): string =>
  `Your session has ended, ${user}. Sign in again to send the changes stored on this device.`;
