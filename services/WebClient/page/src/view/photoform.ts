import type { Requests } from '../requests.js';
import { NoPicture, Scaling } from '../scaling.js';
import type { Announcer } from './announcer.js';
import { byId, write } from './dom.js';

/** More photos at a time than this are requests that others may overtake. */
const MAX_INTERACTIVE = 3;

/** How many photos that were not saved are named. */
const MAX_NAMED = 3;

/** Takes photos from the camera, from files, from the clipboard, and dropped onto the page. */
export class PhotoForm {
  readonly #requests: Requests;
  readonly #announcer: Announcer;
  readonly #personNumber: () => number | undefined;
  readonly #scaling = new Scaling();
  readonly #status = byId<HTMLParagraphElement>('photo-status');
  readonly #problem = byId<HTMLParagraphElement>('photo-problem');
  readonly #thenPerson = byId<HTMLInputElement>('then-person');
  #running = 0;

  constructor(requests: Requests, announcer: Announcer, personNumber: () => number | undefined) {
    this.#requests = requests;
    this.#announcer = announcer;
    this.#personNumber = personNumber;
    this.#connect('take', 'camera');
    this.#connect('choose', 'files');
    document.addEventListener('paste', ({ clipboardData }) => this.#start(filesOf(clipboardData)));
    document.addEventListener('dragover', event => {
      if (event.dataTransfer?.types.includes('Files')) {
        event.preventDefault();
      }
    });
    document.addEventListener('drop', event => {
      const files = filesOf(event.dataTransfer);
      if (files.length > 0) {
        event.preventDefault();
        this.#start(files);
      }
    });
  }

  #connect(button: string, input: string): void {
    const chooser = byId<HTMLInputElement>(input);
    byId(button).addEventListener('click', () => chooser.click());
    chooser.addEventListener('change', () => {
      this.#start([...(chooser.files ?? [])]);
      // The same file can be chosen again.
      chooser.value = '';
    });
  }

  #start(files: readonly File[]): void {
    if (files.length > 0) {
      void this.#add(files);
    }
  }

  async #add(files: readonly File[]): Promise<void> {
    const then = this.#thenPerson.checked;
    const number = then ? this.#personNumber() : undefined;
    const person = { then, ...(number === undefined ? {} : { personId: number }) };
    const problems: string[] = [];
    let [saved, done] = [0, 0];
    if (this.#running++ === 0) {
      write(this.#problem, '');
    }

    // Photos that are not sent yet exist only here: the browser is asked not to remove them when storage gets short.
    void navigator.storage?.persist?.();
    try {
      for (const file of files) {
        write(this.#status, files.length === 1 ? 'Saving the photo …' : `Saving photo ${done + 1} of ${files.length} …`);
        try {
          await this.#requests.read(await this.#scaling.scale(file), person, files.length > MAX_INTERACTIVE);
          saved++;
        } catch (error) {
          if (!(error instanceof NoPicture)) {
            throw error;
          }

          problems.push(error.message);
        }

        done++;
      }
    } catch (error) {
      problems.push(notSaved(files.slice(done)));
      // Shown with its reason, as every error on this device.
      throw error;
    } finally {
      if (--this.#running === 0) {
        write(this.#status, '');
      }

      // Files that were chosen meanwhile have their problems here, too.
      write(this.#problem, [this.#problem.textContent, ...problems].filter(Boolean).join(' '));
      if (files.length > 1) {
        this.#announcer.say(`${saved} of ${files.length} photos saved`);
      }
    }
  }
}

function notSaved(files: readonly File[]): string {
  const names = files.slice(0, MAX_NAMED).map(file => file.name || 'a photo without a name');
  const others = files.length - names.length;
  return `Not saved: ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}. Choose them again when the problem is solved.`;
}

const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];
