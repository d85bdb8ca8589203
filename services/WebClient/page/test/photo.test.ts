import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredDocument } from '../src/documents.js';
import { isAboutPhoto, photoOf, readingOf, textIn } from '../src/photo.js';

const doc = (fields: Record<string, unknown>): StoredDocument => ({ _id: 'a', _rev: '1-a', action: 'image_text_success', ...fields });
const picture = { content_type: 'image/png', digest: 'md5-x' };

test('the photo is the picture that the request names, else the only picture', () => {
  const two = { 'a.png': picture, 'b.png': { ...picture, digest: 'md5-y' }, 'c.txt': { content_type: 'text/plain', digest: 'md5-z' } };
  assert.deepEqual(photoOf(doc({ image: 'b.png', _attachments: two })), { name: 'b.png', digest: 'md5-y' });
  assert.equal(photoOf(doc({ _attachments: two })), undefined);
  assert.equal(photoOf(doc({ image: 'c.txt', _attachments: two })), undefined);
  assert.equal(photoOf(doc({ image: 'none', _attachments: two })), undefined);
  assert.deepEqual(photoOf(doc({ _attachments: { 'a.png': picture, 'c.txt': two['c.txt'] } })), { name: 'a.png', digest: 'md5-x' });
  for (const attachments of [undefined, null, 7, 'x', { a: null }, {}]) {
    assert.equal(photoOf(doc({ _attachments: attachments })), undefined);
  }
});

test('a text is shown when it is the result, of whatever step', () => {
  const text = { content: 'Hello' };
  assert.equal(textIn(doc({ text })), 'Hello');
  assert.equal(textIn(doc({ action: 'person_request', text })), 'Hello');
  assert.equal(textIn(doc({ action: 'image_text_request', text })), undefined);
  assert.equal(isAboutPhoto(doc({ action: 'person_request' })), false);
  assert.equal(isAboutPhoto(doc({ action: 'image_text_request' })), true);
});

test('languages and engine are said in words', () => {
  const text = { content: '', languages: ['eng', 'deu', 'deu_frak', 7], engine: { name: 'tesseract', version: '5.5.0' } };
  assert.equal(readingOf(doc({ text })), 'English, German, deu_frak, tesseract 5.5.0');
  assert.equal(readingOf(doc({ text: { languages: 'eng', engine: 5 } })), '');
});
