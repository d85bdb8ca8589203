/** A MIME part. */
export interface Part {
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}

const CRLF_CRLF = [13, 10, 13, 10];

/** The parameter `boundary` of a content type; undefined if the content is not MIME multipart. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /^multipart\/[^;]+;.*?\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Splits a MIME multipart body into its parts. Works on bytes, because attachments are not text. */
export function splitParts(body: Uint8Array, boundary: string): Part[] {
  const delimiter = new TextEncoder().encode(`--${boundary}`);
  const parts: Part[] = [];
  let start = find(body, delimiter, 0);
  while (start >= 0) {
    const from = start + delimiter.length;
    if (body[from] === 45 && body[from + 1] === 45) {
      return parts;
    }

    const next = find(body, [13, 10, ...delimiter], from);
    if (next < 0) {
      break;
    }

    parts.push(parsePart(body.subarray(from, next)));
    start = next + 2;
  }

  throw new Error('A multipart response ended too early');
}

function parsePart(part: Uint8Array): Part {
  const end = find(part, CRLF_CRLF, 0);
  const lines = new TextDecoder().decode(part.subarray(0, Math.max(end, 0))).split('\r\n').filter(line => line.includes(':'));
  const headers = new Map(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { headers, body: end < 0 ? new Uint8Array() : part.subarray(end + CRLF_CRLF.length) };
}

function find(bytes: Uint8Array, wanted: ArrayLike<number>, from: number): number {
  for (let at = bytes.indexOf(wanted[0]!, from); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    let length = 1;
    while (length < wanted.length && bytes[at + length] === wanted[length]) {
      length++;
    }

    if (length === wanted.length) {
      return at;
    }
  }

  return -1;
}
