/**
 * Sync Gateway quotes the ids in an answer of `_revs_diff` as source code of Go (its `%q`), not as JSON: a document whose id has a control
 * character makes an answer that no client can parse, and PouchDB would ask for it forever. This turns such escapes into those of JSON.
 */
export function toJsonQuotes(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|U([0-9a-f]{8})|([^]))/g, (escape: string, byte?: string, rune?: string, letter?: string) => {
    if (byte !== undefined) {
      return `\\u00${byte}`;
    }

    if (rune !== undefined) {
      return JSON.stringify(String.fromCodePoint(parseInt(rune, 16))).slice(1, -1);
    }

    return letter === 'a' ? '\\u0007' : letter === 'v' ? '\\u000b' : escape;
  });
}
