interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(from: string): string };
}

/** Registers the service worker, which caches the page so that it opens offline. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
    return;
  }

  // The content security policy allows only this trusted-types policy, and the policy allows only this script.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('service-worker', { createScriptURL: () => '/sw.js' });
  const script = policy?.createScriptURL('') ?? '/sw.js';
  addEventListener('load', () => void navigator.serviceWorker.register(script, { updateViaCache: 'none' }));
}
