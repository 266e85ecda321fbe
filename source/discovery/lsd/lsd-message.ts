/**
 * The messages of local service discovery (BEP 14): they look like HTTP, and name info hashes that
 * can be had on a port of their sender. No sockets.
 */

export const lsdPort = 6771;
export const lsdGroups = { 4: '239.192.152.143', 6: 'ff15::efc0:988f' } as const;

/** How many info hashes go into one message, so that it is one packet on every network. */
export const maxHashesInMessage = 20;

/** Messages of others may name more; but no more than fit into this. */
const maxMessageLength = 1_500;

export interface LsdMessage {
  /** TCP, where the sender accepts peers. */
  port: number;
  /** 40 lower case hex digits each. */
  infoHashes: string[];
  /** By which senders know their own messages again; null when there is none. */
  cookie: string | null;
}

/** @param infoHashes at most `maxHashesInMessage` */
export function encodeLsdMessage(family: 4 | 6, message: LsdMessage): string {
  const group = family === 4 ? lsdGroups[4] : `[${lsdGroups[6]}]`;
  return [
    'BT-SEARCH * HTTP/1.1',
    `Host: ${group}:${lsdPort}`,
    `Port: ${message.port}`,
    ...message.infoHashes.map((infoHash) => `Infohash: ${infoHash}`),
    ...(message.cookie === null ? [] : [`cookie: ${message.cookie}`]),
    '',
    '',
    '',
  ].join('\r\n');
}

/** Reads what somebody sent to the group; null when it names nothing, or nobody. */
export function parseLsdMessage(packet: Uint8Array): LsdMessage | null {
  if (packet.length > maxMessageLength) return null;
  const text = Buffer.from(packet.buffer, packet.byteOffset, packet.length).toString('latin1');
  const [request = '', ...lines] = text.split(/\r?\n/);
  if (!/^BT-SEARCH \* HTTP\/1\.[01]$/.test(request)) return null;
  const message: LsdMessage = { port: 0, infoHashes: [], cookie: null };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, Math.max(colon, 0)).toLowerCase()) {
      case 'port':
        message.port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
        break;
      case 'infohash':
        if (/^[0-9a-f]{40}$/i.test(value)) message.infoHashes.push(value.toLowerCase());
        break;
      case 'cookie':
        message.cookie = value;
        break;
    }
  }
  const isUseful = message.port > 0 && message.port <= 65535 && message.infoHashes.length > 0;
  return isUseful ? message : null;
}
