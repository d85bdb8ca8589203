/** Who the server takes this device for. The cookie is out of this page's reach; only the server reads it. */
const url = '/db/_session';

/** The name of the signed-in person, or undefined: a guest, or a server that cannot be asked. */
export async function whoIsIt(): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    const { userCtx } = (answer.ok ? await answer.json() : {}) as { userCtx?: { name?: string | null } };
    return userCtx?.name && userCtx.name !== 'GUEST' ? userCtx.name : undefined;
  } catch {
    return undefined;
  }
}

/** Signs in. @returns What went wrong, in words for people; undefined if nothing did. */
export async function signIn(name: string, password: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    return ok ? undefined : status === 401 ? 'Name or password is wrong.' : `The server could not sign you in (${status}). Try again later.`;
  } catch {
    return 'The server cannot be reached. Try again when the network is back.';
  }
}

/** Signs out; the documents stay on this device. @returns False when the server could not be told, and the session goes on. */
export async function signOut(): Promise<boolean> {
  try {
    const { ok, status } = await fetch(url, { method: 'DELETE', headers: { Accept: 'application/json' } });
    return ok || status === 404;
  } catch {
    return false;
  }
}
