import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredDocument } from '../src/documents.js';
import { resolve } from '../src/resolver.js';

const request = { _id: 'a', _rev: '1-a', action: 'person_request', asked: 1, requestedAt: '2026-01-01T00:00:00Z', note: 'mine' };
const luke = { name: 'Luke' };
const success = { ...request, _rev: '2-s', action: 'person_success', person: luke } as StoredDocument;
const failure = { ...request, _rev: '2-f', action: 'person_failure', error: { code: 'x' } } as StoredDocument;
const on = (changes: Record<string, unknown>): StoredDocument => ({ ...request, _rev: '2-d', ...changes });

test('an edit on the device keeps its fields and gets the result', () => {
  assert.deepEqual(resolve(success, [on({ note: 'edited', colour: 'red' })]), {
    kind: 'merged',
    fields: { action: 'person_success', person: luke, asked: 1, requestedAt: request.requestedAt, note: 'edited', colour: 'red' },
  });
});

test('a field that the device removed stays removed', () => {
  const { note: _note, ...without } = on({});
  const outcome = resolve(success, [without as StoredDocument], () => request as StoredDocument);
  assert.equal(outcome.kind, 'merged');
  assert.equal('note' in (outcome as { fields: object }).fields, false);
});

test('what only the server has changed is kept', () => {
  const server = { ...success, note: 'theirs', extra: 1 };
  assert.deepEqual(resolve(server, [on({ colour: 'red' })], () => request as StoredDocument), {
    kind: 'merged',
    fields: { action: 'person_success', person: luke, asked: 1, requestedAt: request.requestedAt, note: 'theirs', extra: 1, colour: 'red' },
  });
});

test('of a field that both have changed, the device\'s value is kept', () => {
  const outcome = resolve({ ...success, note: 'theirs' }, [on({ note: 'edited' })], () => request as StoredDocument);
  assert.equal(outcome.kind === 'merged' && outcome.fields.note, 'edited');
});

test('without a common ancestor, fields that only the server has are kept', () => {
  const outcome = resolve({ ...success, extra: 1 }, [on({ note: 'edited' })]);
  assert.equal(outcome.kind === 'merged' && outcome.fields.extra, 1);
});

test('attachments are merged by name', () => {
  const file = (digest: string): object => ({ digest, content_type: 'text/plain', stub: true, revpos: 1 });
  const server = { ...success, _attachments: { old: file('1'), theirs: file('2') } };
  const device = on({ _attachments: { old: file('3'), mine: file('4') } });
  const outcome = resolve(server, [device], () => ({ ...request, _attachments: { old: file('1') } }) as StoredDocument);
  assert.deepEqual(outcome.kind === 'merged' && outcome.fields._attachments, { old: file('3'), theirs: file('2'), mine: file('4') });
});

test('a photo that either side still has is kept', () => {
  const photo = { 'photo.jpg': { digest: '1', content_type: 'image/jpeg', stub: true, revpos: 1 } };
  const asked = { ...request, action: 'image_text_request', image: 'photo.jpg', _attachments: photo } as StoredDocument;
  const without = { ...request, _rev: '2-s', action: 'image_text_success', image: 'photo.jpg', text: { content: 'x' } } as StoredDocument;
  const kept = resolve(without, [{ ...asked, note: 'edited' }], () => asked);
  assert.deepEqual(kept.kind === 'merged' && [kept.fields._attachments, kept.fields.text, kept.fields.note], [photo, { content: 'x' }, 'edited']);
  const dropped = resolve({ ...asked, _rev: '2-s' }, [on({ action: 'image_text_request', note: 'edited' })], () => asked);
  assert.deepEqual(dropped.kind === 'merged' && dropped.fields._attachments, photo);
});

test('the text of a photo stays with its request', () => {
  const asked = { ...request, action: 'image_text_request', image: 'a.jpg' } as StoredDocument;
  const read = { ...asked, _rev: '2-s', action: 'image_text_success', text: { content: 'x' } };
  assert.deepEqual(resolve(read, [{ ...asked, action: 'image_text_cancelled' }], () => asked), { kind: 'server' });
  const again = resolve(read, [{ ...asked, asked: 2, image: 'b.jpg' }], () => asked);
  assert.deepEqual(again.kind === 'merged' && [again.fields.image, again.fields.text], ['b.jpg', undefined]);
});

test('progress that a worker has written meanwhile gives way to the user', () => {
  const progress = { attempts: 1 };
  const server = { ...request, _rev: '2-p', progress } as StoredDocument;
  const note = resolve(server, [on({ note: 'edited' })], () => request as StoredDocument);
  assert.deepEqual(note.kind === 'merged' && [note.fields.progress, note.fields.note], [progress, 'edited']);
  const cancelled = resolve(server, [on({ action: 'person_cancelled' })], () => request as StoredDocument);
  assert.deepEqual(cancelled.kind === 'merged' && [cancelled.fields.progress, cancelled.fields.action], [undefined, 'person_cancelled']);
});

test('a chain that is cancelled keeps what it has found', () => {
  const steps = ['image_text_request', 'person_request'];
  const asked = { ...request, action: steps[0], then: [steps[1]], steps } as StoredDocument;
  const server = { ...asked, _rev: '2-s', action: 'person_request', then: [], text: { content: 'x' } };
  const outcome = resolve(server, [{ ...asked, action: 'image_text_cancelled' }], () => asked);
  assert.deepEqual(outcome.kind === 'merged' && [outcome.fields.action, outcome.fields.then, outcome.fields.text], ['person_cancelled', [], { content: 'x' }]);
});

test('fields with the names of built-in members are fields', () => {
  const server = JSON.parse('{"_id":"a","_rev":"2-s","action":"person_success","constructor":2}') as StoredDocument;
  const outcome = resolve(server, [on({ toString: 'x' })], () => request as StoredDocument);
  assert.equal(outcome.kind, 'merged');
  assert.deepEqual(outcome.kind === 'merged' && Object.keys(outcome.fields).toSorted(), ['action', 'constructor', 'toString'].toSorted());
});

test('a result overrules a cancellation and leaves the server\'s revision unchanged', () => {
  assert.deepEqual(resolve(success, [on({ action: 'person_cancelled' })]), { kind: 'server' });
  assert.deepEqual(resolve(failure, [on({ action: 'person_cancelled' })]), { kind: 'server' });
});

test('an open request does not overrule a cancellation', () => {
  const outcome = resolve({ ...request, _rev: '2-x', note: 'theirs' }, [on({ action: 'person_cancelled' })]);
  assert.deepEqual(outcome, { kind: 'merged', fields: { action: 'person_cancelled', asked: 1, requestedAt: request.requestedAt, note: 'mine' } });
});

test('a newer request wins and has no old result', () => {
  const outcome = resolve(success, [on({ action: 'person_request', asked: 2, requestedAt: '2026-01-02T00:00:00Z', personId: 4 })]);
  assert.deepEqual(outcome, {
    kind: 'merged',
    fields: { action: 'person_request', asked: 2, requestedAt: '2026-01-02T00:00:00Z', personId: 4, note: 'mine' },
  });
});

test('a request that wins brings its own trace', () => {
  const theirs = { ...success, traceparent: 'theirs' };
  const newer = resolve(theirs, [on({ asked: 2, traceparent: 'mine' })]);
  assert.equal(newer.kind === 'merged' && newer.fields.traceparent, 'mine');
  const older = resolve(theirs, [on({ traceparent: 'mine', note: 'edited' })]);
  assert.equal(older.kind === 'merged' && older.fields.traceparent, 'theirs');
});

test('the same request is not repeated, whatever the clocks say', () => {
  assert.deepEqual(resolve(success, [on({ requestedAt: '2030-01-01T00:00:00Z' })]), { kind: 'server' });
});

test('a deletion on either side wins', () => {
  const gone = { _id: 'a', _rev: '2-x', _deleted: true };
  assert.deepEqual(resolve(gone, [on({ note: 'edited' })]), { kind: 'server' });
  assert.deepEqual(resolve(success, [{ ...gone, removed: true }]), { kind: 'deleted' });
  assert.deepEqual(resolve(success, [{ ...gone, removed: true }, on({ note: 'edited' })]), { kind: 'deleted' });
});

test('the tombstone of a branch that lost a conflict is not a deletion', () => {
  assert.deepEqual(resolve(success, [{ _id: 'a', _rev: '3-x', _deleted: true }]), { kind: 'server' });
});

test('of several branches the one with the most requests wins', () => {
  const outcome = resolve(success, [on({ asked: 3, note: 'third' }), on({ _rev: '2-e', asked: 2, note: 'second' })]);
  assert.equal(outcome.kind === 'merged' && outcome.fields.note, 'third');
  assert.equal(outcome.kind === 'merged' && outcome.fields.action, 'person_request');
});

test('the order of object members does not matter', () => {
  const server = { ...success, place: { x: 1, y: 2 } };
  assert.deepEqual(resolve(server, [on({ action: 'person_cancelled', place: { y: 2, x: 1 } })]), { kind: 'server' });
});

test('documents with fields of wrong types are resolved too', () => {
  for (const asked of [undefined, null, -1, 1.5, '2', {}, Number.NaN]) {
    assert.equal(resolve({ ...success, asked }, [on({ asked, action: 7 })]).kind === 'deleted', false);
  }
});
