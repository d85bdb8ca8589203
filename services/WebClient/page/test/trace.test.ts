import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceOf } from '../src/trace.js';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a request begins a new trace, each another one', () => {
  const traces = Array.from({ length: 100 }, () => traceOf({}));
  for (const trace of traces) {
    assert.match(trace, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }

  assert.equal(new Set(traces.map(trace => trace.slice(3, 35))).size, 100);
  assert.equal(new Set(traces.map(trace => trace.slice(36, 52))).size, 100);
});

test('a document keeps its trace', () => {
  assert.equal(traceOf({ traceparent: VALID }), VALID);
});

test('what is no trace is replaced', () => {
  for (const traceparent of [
    null, 7, {}, [VALID], '', 'x'.repeat(1_000_000), `${VALID}\n`, `${VALID}-x`, VALID.slice(1), VALID.toUpperCase(), `ff${VALID.slice(2)}`,
    VALID.replaceAll('-', '_'), `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
  ]) {
    assert.match(traceOf({ traceparent }), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.notEqual(traceOf({ traceparent }), traceparent);
  }
});
