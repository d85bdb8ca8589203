/** The places at which requests begin, as W3C Trace Context writes them, so that one trace leads from this device to the result. */

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The place of a request in a trace: that of the document if it has one, else in a new trace. */
export function traceOf({ traceparent }: Readonly<Record<string, unknown>>): string {
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : `00-${digits(16)}-${digits(8)}-01`;
}

/** Random bytes as hexadecimal digits. */
const digits = (bytes: number): string =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map(byte => byte.toString(16).padStart(2, '0')).join('');
