import { stripControls } from '../format/terminal-text.ts';

/** Labels and values as lines of text, the values under each other. */
export function formatFacts(facts: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts
    .map(([label, value]) => `${label.padEnd(width)}  ${stripControls(value)}\n`)
    .join('');
}
