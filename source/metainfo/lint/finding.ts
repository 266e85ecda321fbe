import type { Survey } from '../survey.ts';

/**
 * - error: it is not what it claims to be; clients refuse it or download something else.
 * - warning: some client, system or tracker has trouble with it.
 * - note: fine, but perhaps not what was meant.
 */
export type Severity = 'error' | 'warning' | 'note';

/** Something odd about a torrent. */
export interface Finding {
  severity: Severity;
  /** Stable, for programs: kebab-case. */
  rule: string;
  /** A sentence for people. */
  message: string;
}

/** What a rule finds; most find nothing. */
export type Rule = (survey: Survey) => Finding[];

/** A rule's finding, if there is one. */
export function when(found: boolean, severity: Severity, rule: string, message: string): Finding[] {
  return found ? [{ severity, rule, message }] : [];
}

const longestQuote = 200;

/** A path as findings name it: a hostile one is cut. */
export function quoted(path: readonly string[]): string {
  const joined = path.join('/');
  return JSON.stringify(
    joined.length > longestQuote ? `${joined.slice(0, longestQuote)}…` : joined,
  );
}
