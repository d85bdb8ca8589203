import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCard, stateOf, textOf, timeIn, timesAsked, titleOf, type StoredDocument } from '../src/documents.js';

const doc = (fields: Record<string, unknown>): StoredDocument => ({ _id: 'a', _rev: '1-a', ...fields });

test('a request is saved until the server has it, then waiting', () => {
  assert.equal(stateOf(doc({ action: 'person_request' }), false, false), 'saved');
  assert.equal(stateOf(doc({ action: 'person_request' }), true, false), 'waiting');
  assert.equal(stateOf(doc({ action: 'person_request' }), true, true), 'refused');
});

test('a result has the same state, synced or not', () => {
  for (const synced of [true, false]) {
    assert.equal(stateOf(doc({ action: 'person_success' }), synced, false), 'done');
    assert.equal(stateOf(doc({ action: 'person_failure' }), synced, false), 'failed');
    assert.equal(stateOf(doc({ action: 'person_cancelled' }), synced, false), 'cancelled');
  }
});

test('only documents about people are cards', () => {
  assert.equal(isCard(doc({ action: 'person_request' })), true);
  assert.equal(isCard(doc({ action: 'person_request', _deleted: true })), false);
  assert.equal(isCard(doc({ action: 'echo_request' })), false);
  assert.equal(isCard(doc({ action: 7 })), false);
  assert.equal(isCard(doc({})), false);
});

test('values of any type become text', () => {
  assert.equal(textOf(undefined), '');
  assert.equal(textOf(null), '');
  assert.equal(textOf({ a: [1] }), '{"a":[1]}');
  assert.equal(textOf('x'.repeat(300)).length, 201);
  assert.equal(titleOf(doc({ action: 'person_success', person: 'nobody' })), 'Any person');
  assert.equal(titleOf(doc({ action: 'person_success', person: { name: 'Luke' }, personId: 1 })), 'Luke');
  assert.equal(titleOf(doc({ action: 'person_failure', personId: 5000 })), 'Person 5000');
});

test('the request count is a whole number of at least 1', () => {
  assert.equal(timesAsked(doc({ asked: 3 })), 3);
  for (const asked of [undefined, 0, -1, 1.5, '3', Infinity]) {
    assert.equal(timesAsked(doc({ asked })), 1);
  }
});

test('a value that is not a time gives undefined', () => {
  assert.equal(timeIn('1970-01-01T00:00:01Z'), 1000);
  assert.equal(timeIn('soon'), undefined);
  assert.equal(timeIn(5), undefined);
});
