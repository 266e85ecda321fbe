/** A tracker by its announce URL. */
export interface TrackerUrl {
  /** As its publisher wrote it. */
  text: string;
  url: URL;
  protocol: 'http' | 'udp';
  /** Name or address, IPv6 without brackets. */
  host: string;
  port: number;
}

const defaultPorts: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** Reads an announce URL; null for one that announces cannot be sent to, such as a WebSocket's. */
export function parseTrackerUrl(text: string): TrackerUrl | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const protocol =
    url.protocol === 'http:' || url.protocol === 'https:'
      ? 'http'
      : url.protocol === 'udp:'
        ? 'udp'
        : null;
  const port = Number(url.port) || defaultPorts[url.protocol];
  if (!protocol || !port || url.hostname === '') return null;
  return { text, url, protocol, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}
