/** The session of the signed-in user. Scripts cannot read its cookie. */
const url = '/db/_session';

/** The name of the signed-in user; undefined for a guest, or if the server cannot be reached. */
export async function getUserName(): Promise<string | undefined> {
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    const { userCtx } = (response.ok ? await response.json() : {}) as { userCtx?: { name?: string | null } };
    return userCtx?.name && userCtx.name !== 'GUEST' ? userCtx.name : undefined;
  } catch {
    return undefined;
  }
}

/** Signs in. @returns Undefined, or an error message for the user. */
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

/** Signs out; the documents stay on this device. @returns False if the server could not be reached: the session may still be valid. */
export async function signOut(): Promise<boolean> {
  try {
    const { ok, status } = await fetch(url, { method: 'DELETE', headers: { Accept: 'application/json' } });
    return ok || status === 404 || status === 401;
  } catch {
    return false;
  }
}
