import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredDocument } from '../src/documents.js';
import { attemptsOf, duration, stepOf, titleOf } from '../src/words.js';

const NOW = Date.parse('2026-05-04T12:00:00Z');
const doc = (fields: Record<string, unknown>): StoredDocument => ({ _id: 'a', _rev: '1-a', action: 'person_request', ...fields });
const attempts = (progress: unknown, more: object = {}): string => attemptsOf(doc({ progress, ...more }), NOW);
const inSeconds = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

test('a title is the name of the person, or the first words in the photo', () => {
  assert.equal(titleOf(doc({ action: 'person_success', person: 'nobody' })), 'Any person');
  assert.equal(titleOf(doc({ action: 'person_success', person: { name: 'Luke' }, personId: 1 })), 'Luke');
  assert.equal(titleOf(doc({ action: 'person_failure', personId: 5000 })), 'Person 5000');
  assert.equal(titleOf(doc({ action: 'image_text_request' })), 'Photo');
  assert.equal(titleOf(doc({ action: 'image_text_success', text: { content: '\n  \n  Invoice 7 \nTotal' } })), 'Invoice 7');
  assert.equal(titleOf(doc({ action: 'image_text_success', text: { content: ' ' } })), 'Photo');
  assert.equal(titleOf(doc({ action: 'image_text_success', text: { content: 7 } })), 'Photo');
});

test('attempts are said with their reason and the time of the next one', () => {
  assert.match(attempts({ attempts: 2, message: 'SWAPI is down', nextAttemptAt: inSeconds(185) }), /^2 attempts so far: SWAPI is down\. Next try in 3 min 5 s, at .+\.$/);
  assert.match(attempts({ attempts: 1, message: 'Really?', nextAttemptAt: inSeconds(9) }), /^1 attempt so far: Really\? Next try in 9 s, at .+\.$/);
  assert.equal(attempts({ attempts: 0, message: 'Not due yet.' }), 'Not tried yet: Not due yet.');
});

test('a next try that has passed is any moment now, and later was due', () => {
  assert.equal(attempts({ attempts: 1, nextAttemptAt: inSeconds(0) }), '1 attempt so far. Next try: any moment now.');
  assert.equal(attempts({ attempts: 1, nextAttemptAt: inSeconds(-59) }), '1 attempt so far. Next try: any moment now.');
  assert.match(attempts({ attempts: 1, nextAttemptAt: inSeconds(-61) }), /The next try was due at .+; this device has not heard of it yet\.$/);
});

test('attempts are said only while the request is open', () => {
  for (const action of ['person_success', 'person_failure', 'person_cancelled', 7]) {
    assert.equal(attempts({ attempts: 1 }, { action }), '');
  }

  for (const progress of [undefined, null, 'soon', 5]) {
    assert.equal(attempts(progress), '');
  }

  assert.equal(attempts({ attempts: '1', message: { a: 1 }, nextAttemptAt: 'soon' }), 'Not tried yet: {"a":1}.');
});

test('the step of a chain is said', () => {
  const steps = ['image_text_request', 'person_request', 'word_count_request'];
  assert.equal(stepOf(doc({ action: steps[0], steps, then: steps.slice(1) })), 'Step 1 of 3: reading the text of the photo');
  assert.equal(stepOf(doc({ action: steps[1], steps, then: steps.slice(2) })), 'Step 2 of 3: asking for the person');
  assert.equal(stepOf(doc({ action: steps[2], steps, then: [] })), 'Step 3 of 3: word count');
  assert.equal(stepOf(doc({ action: 'person_failure', steps: steps.slice(0, 2) })), 'Step 2 of 2: asking for the person');
  assert.equal(stepOf(doc({ then: ['image_text_request'] })), 'Step 1 of 2: asking for the person');
  assert.equal(stepOf(doc({})), '');
  assert.equal(stepOf(doc({ then: 'x', steps: { length: 5 } })), '');
});

test('a duration is said in its two largest units', () => {
  assert.deepEqual([999, 59_999, 60_000, 3_725_000].map(duration), ['0 s', '59 s', '1 min 0 s', '1 h 2 min']);
});
