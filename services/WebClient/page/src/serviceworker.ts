import { trustedScript } from './trusted.js';

/** Registers the service worker, which caches the page so that it opens offline. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) {
    return;
  }

  const script = trustedScript('service-worker', '/sw.js');
  addEventListener('load', () => void navigator.serviceWorker.register(script, { updateViaCache: 'none' }));
}
