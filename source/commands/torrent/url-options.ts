import { InvalidArgumentError } from 'commander';

/** What trackers are reached by, as URLs have it. */
export const trackerProtocols = ['http:', 'https:', 'udp:', 'ws:', 'wss:'];

/** Collects the values of a flag that may be repeated and takes web seed URLs. */
export function collectWebSeedUrls(url: string, previous: string[] = []): string[] {
  return [...previous, expectUrl(url, ['http:', 'https:', 'ftp:'])];
}

/** A URL of one of the protocols (`http:`), or what commander shows after the flag's name. */
export function expectUrl(text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !protocols.includes(url.protocol)) {
    throw new InvalidArgumentError(`It must be a URL of ${protocols.join(', ')}`);
  }
  return text;
}

/** Collects the values of a flag that may be repeated. */
export function collectTexts(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}
