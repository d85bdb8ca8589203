/** The session of the signed-in user. Scripts cannot read its cookie. */
const url = '/db/_session';

/** The name of the signed-in user, null for a guest, undefined if the server does not say. */
export type UserName = string | null | undefined;

/** Asks the server who is signed in. */
export async function getUserName(): Promise<UserName> {
  try {
    return await nameIn(await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store' }));
  } catch {
    return undefined;
  }
}

/** Signs in. @returns Who is signed in now, or an error message for the user. */
export async function signIn(name: string, password: string): Promise<{ user: UserName } | { problem: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    if (response.ok) {
      return { user: await nameIn(response).catch(() => undefined) };
    }

    const isWrong = response.status === 401;
    return { problem: isWrong ? 'Name or password is wrong.' : `The server could not sign you in (${response.status}). Try again later.` };
  } catch {
    return { problem: 'The server cannot be reached. Try again when the network is back.' };
  }
}

async function nameIn(response: Response): Promise<UserName> {
  if (!response.ok) {
    return undefined;
  }

  const { userCtx } = (await response.json()) as { userCtx?: { name?: string | null } };
  return userCtx?.name && userCtx.name !== 'GUEST' ? userCtx.name : null;
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
