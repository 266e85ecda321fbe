import type { HealthReason, HealthState } from '../control/publications.ts';
import { stripControls } from '../format/terminal-text.ts';

/** A state and its reasons as lines: `health: sole-seed`, then each reason with its advice. */
export function formatHealth(state: HealthState, reasons: readonly HealthReason[]): string {
  const lines = reasons.map(({ text, advice }) =>
    stripControls(`  ${text}${advice ? `: ${advice}` : ''}`),
  );
  return [`health: ${state}`, ...lines].map((line) => `${line}\n`).join('');
}
