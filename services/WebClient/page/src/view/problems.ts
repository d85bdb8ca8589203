import { byId } from './dom.js';

/** Says what goes wrong on the device itself: full, forbidden or broken storage. Without it, what a person did would just be missing. */
export function tellProblems(): void {
  addEventListener('error', event => tell(event.error ?? event.message));
  addEventListener('unhandledrejection', event => tell(event.reason));
}

function tell(problem: unknown): void {
  const shown = byId('problem');
  const { message } = Object(problem) as Partial<Error>;
  shown.textContent = `This went wrong on this device, and what you did last may not be kept: ${message || String(problem)}`;
  shown.hidden = false;
}
