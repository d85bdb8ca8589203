import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelled, hasResult, isCard, requestsIn, stateOf, textOf, timeIn, timesAsked, type StoredDocument } from '../src/documents.js';

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

test('only documents with an action that the page knows are cards', () => {
  assert.equal(isCard(doc({ action: 'person_request' })), true);
  assert.equal(isCard(doc({ action: 'person_request', _deleted: true })), false);
  assert.equal(isCard(doc({ action: 'image_text_failure' })), true);
  assert.equal(isCard(doc({ action: 'echo_request' })), false);
  assert.equal(isCard(doc({ action: 'echo_request', steps: ['echo_request', 'person_request'] })), true);
  assert.equal(isCard(doc({ action: 7 })), false);
  assert.equal(isCard(doc({})), false);
});

test('values of any type become text', () => {
  assert.equal(textOf(undefined), '');
  assert.equal(textOf(null), '');
  assert.equal(textOf({ a: [1] }), '{"a":[1]}');
  assert.equal(textOf('x'.repeat(300)).length, 201);
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

test('every action has the same states', () => {
  assert.equal(stateOf(doc({ action: 'image_text_request' }), true, false), 'waiting');
  assert.equal(stateOf(doc({ action: 'image_text_success' }), true, false), 'done');
  assert.equal(stateOf(doc({ action: 'image_text_failure' }), true, false), 'failed');
  assert.equal(stateOf(doc({ action: cancelled('image_text_request') }), true, false), 'cancelled');
});

test('a chain is a list of at most eleven requests', () => {
  assert.deepEqual(requestsIn(['person_request', 7, 'person_success', null, 'echo_request']), ['person_request', 'echo_request']);
  assert.equal(requestsIn(Array(50).fill('person_request')).length, 11);
  for (const value of [undefined, null, 'person_request', {}, 3]) {
    assert.deepEqual(requestsIn(value), []);
  }
});

test('a result is there after a success, and after an earlier step', () => {
  assert.equal(hasResult(doc({ action: 'person_success' }), 'person'), true);
  assert.equal(hasResult(doc({ action: 'person_request', person: {} }), 'person'), false);
  assert.equal(hasResult(doc({ action: 'image_text_request', person: {} }), 'person'), true);
  assert.equal(hasResult(doc({ action: 'image_text_request', person: 'x' }), 'person'), false);
});
