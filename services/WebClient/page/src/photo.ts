import { actionOf, hasResult, memberOf, type StoredDocument } from './documents.js';

/** An attachment that is a picture. */
export interface Photo {
  name: string;
  /** Changes with the picture. */
  digest: string;
}

/** The picture that a request is about: the one that it names, else the only one. */
export function photoOf(doc: StoredDocument): Photo | undefined {
  const pictures = Object.entries(Object(doc._attachments) as Record<string, unknown>)
    .filter(([, attachment]) => String(memberOf(attachment, 'content_type')).startsWith('image/'));
  const [found] = typeof doc.image === 'string' ? pictures.filter(([name]) => name === doc.image) : pictures.length === 1 ? pictures : [];
  return found && { name: found[0], digest: String(memberOf(found[1], 'digest')) };
}

/** The text that was read from a photo; undefined while there is none. */
export function textIn(doc: StoredDocument): string | undefined {
  const content = hasResult(doc, 'text') ? memberOf(doc.text, 'content') : undefined;
  return typeof content === 'string' ? content : undefined;
}

/** Whether a card needs room for a photo and its text. */
export const isAboutPhoto = (doc: StoredDocument): boolean =>
  photoOf(doc) !== undefined || textIn(doc) !== undefined || actionOf(doc.action)?.result === 'text';

/** How a photo was read, in words: `English, German, Tesseract 5.5.0`. Empty while there is no text. */
export function readingOf(doc: StoredDocument): string {
  if (textIn(doc) === undefined) {
    return '';
  }

  const languages = memberOf(doc.text, 'languages');
  const names = Array.isArray(languages) ? languages.filter(code => typeof code === 'string').slice(0, 10).map(languageName) : [];
  const engine = ['name', 'version'].map(member => memberOf(memberOf(doc.text, 'engine'), member)).filter(part => typeof part === 'string');
  return [...names, engine.join(' ').slice(0, 40)].filter(Boolean).join(', ');
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
  } catch {
    // Tesseract has languages such as `osd` and `deu_frak`, which are no language tags.
    return code;
  }
}
