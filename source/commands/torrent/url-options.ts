import { readUrl, webSeedProtocols } from '../../format/option-text.ts';
import { several } from './option-values.ts';

/** Collects the values of a flag that may be repeated and takes web seed URLs. */
export const collectWebSeedUrls = several((url) => readUrl(url, webSeedProtocols));

/** Collects the values of a flag that may be repeated. */
export function collectTexts(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}
