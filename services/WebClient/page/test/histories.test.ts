import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredDocument } from '../src/documents.js';
import { resolve } from '../src/resolver.js';

type Fields = Record<string, unknown>;

/** A device: its own copy, and the server's revision that the copy started from. */
interface Device {
  copy: Fields;
  base: Fields;
}

const HISTORIES = 3000;
const STEPS = 40;

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const document = (fields: Fields): StoredDocument => ({ ...fields, _id: 'a', _rev: '1-a' });

/** Sends what the device has. If the server has changed meanwhile, the conflict is resolved first. */
function sync(device: Device, server: Fields): Fields {
  let merged = device.copy;
  if (server !== device.base) {
    const outcome = resolve(document(server), [document(device.copy)], () => document(device.base));
    assert.notEqual(outcome.kind, 'deleted');
    merged = outcome.kind === 'merged' ? outcome.fields : server;
  }

  device.base = device.copy = merged;
  return merged;
}

/** Each field has one writer, and so nobody else touches it. Photos are only added. */
function run(seed: number): void {
  const next = random(seed);
  const started = { action: 'note' };
  let server: Fields = started;
  const devices: Device[] = [{ copy: server, base: server }, { copy: server, base: server }];
  const expected = new Map<string, unknown>();
  const photos = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const writer = next(3);
    const name = `${writer}${'abc'[next(3)]}`;
    const value = [undefined, null, step, { deep: [step] }, `${step}`][next(5)];
    const photo = next(4) === 0 ? `${name}${step}.jpg` : undefined;
    const edit = ({ [name]: _old, ...rest }: Fields): Fields => ({
      ...rest,
      ...(value === undefined ? {} : { [name]: value }),
      ...(photo === undefined ? {} : { _attachments: { ...(rest._attachments as object), [photo]: { digest: photo, content_type: 'image/jpeg' } } }),
    });
    const device = devices[writer];
    if (!device) {
      server = edit(server);
    } else {
      device.copy = edit(device.copy);
    }

    expected.set(name, value);
    if (photo !== undefined) {
      photos.add(photo);
    }

    if (next(3) === 0) {
      server = sync(devices[next(2)]!, server);
    }
  }

  for (const device of [...devices, ...devices]) {
    server = sync(device, server);
  }

  const wanted = Object.fromEntries([...expected].filter(([, value]) => value !== undefined));
  for (const { _attachments: kept = {}, ...result } of [server, ...devices.map(device => device.copy)]) {
    assert.deepEqual(result, { ...started, ...wanted }, `seed ${seed}`);
    assert.deepEqual(Object.keys(kept as object).toSorted(), [...photos].toSorted(), `seed ${seed}`);
  }
}

test('no photo, and no write of a field that nobody else touches, is lost in any history of two devices and a server', () => {
  for (let seed = 0; seed < HISTORIES; seed++) {
    run(seed);
  }
});
