interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(from: string): string };
}

/** Registers the service worker that keeps the page itself on this device. */
export function keepPageOnDevice(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
    return;
  }

  // The policy is the only one the server allows, and it knows one script.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('service-worker', { createScriptURL: () => '/sw.js' });
  const script = policy?.createScriptURL('') ?? '/sw.js';
  addEventListener('load', () => void navigator.serviceWorker.register(script, { updateViaCache: 'none' }));
}
