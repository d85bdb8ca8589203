import { byId } from './dom.js';

/** Shows errors on this device, for example full or forbidden storage; without it a failed write would go unnoticed. */
export function showErrors(): void {
  addEventListener('error', event => show(event.error ?? event.message));
  addEventListener('unhandledrejection', event => show(event.reason));
}

function show(problem: unknown): void {
  const element = byId('problem');
  const { message } = Object(problem) as Partial<Error>;
  element.textContent = `Error on this device, your last change may not be saved: ${message || String(problem)}`;
  element.hidden = false;
}
