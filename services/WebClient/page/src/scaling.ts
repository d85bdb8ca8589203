import scriptUrl from './scaling.worker.ts?worker&url';
import { trustedScript } from './trusted.js';

/** A file that the browser cannot open as a picture. The message is for the user. */
export class NoPicture extends Error {}

/** Scales pictures down in a worker, one after the other. */
export class Scaling {
  #worker: Worker | undefined;
  #scriptUrl: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * The picture as an upright JPEG of at most 2,000 pixels a side.
   * @throws NoPicture The file is not a picture, or too large.
   */
  scale(file: File): Promise<Blob> {
    const scaled = this.#last.then(() => this.#scale(file));
    this.#last = scaled.catch(() => undefined);
    return scaled;
  }

  #scale(file: File): Promise<Blob> {
    const worker = (this.#worker ??= new Worker(this.#script(), { type: 'module' }));
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new NoPicture(`${file.name || 'This'} is not a picture that this browser can open. JPEG, PNG and WebP work.`));
      worker.onmessage = ({ data }: MessageEvent<Blob | string>) => (data instanceof Blob ? resolve(data) : fail());
      worker.onerror = event => {
        // It may never answer again: the next photo gets a new one.
        worker.terminate();
        this.#worker = undefined;
        // Without a message, its script could not be loaded: it may be the one of an older version of the page.
        reject(new Error(`The photo could not be scaled${event.message ? `: ${event.message}` : '. Reload the page and try again.'}`));
      };
      worker.postMessage(file);
    });
  }

  /** A policy may be made only once. */
  #script(): string {
    return (this.#scriptUrl ??= trustedScript('photo-scaling', scriptUrl));
  }
}
