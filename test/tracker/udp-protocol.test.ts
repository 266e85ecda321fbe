import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactEndpoint } from '../../source/tracker/ip-address.ts';
import {
  encodeConnectAnswer,
  encodeUdpAnnounceAnswer,
  encodeUdpError,
  encodeUdpScrapeAnswer,
  parseUdpRequest,
} from '../../source/tracker/udp-protocol.ts';
import { listOf } from './peer-lists.ts';
import { ipv4 } from './test-tracker.ts';
import {
  encodeAnnounceRequest,
  encodeConnectRequest,
  encodeScrapeRequest,
  parseUdpAnswer,
  type UdpAnnounceRequest,
} from './udp-client.ts';
import { written } from './written.ts';

const connectionId = Buffer.from('0102030405060708', 'hex');
const transactionId = 0x80000001;
const hash = 'h'.repeat(20);
const request: UdpAnnounceRequest = {
  connectionId,
  transactionId,
  infoHash: hash,
  peerId: '\xff'.repeat(20),
  port: 6881,
  event: 'started',
  numWant: null,
  downloaded: 0n,
  left: 1n,
  uploaded: 0n,
  key: 0xdeadbeef,
};
const announce = (changes: Partial<UdpAnnounceRequest>) =>
  read(encodeAnnounceRequest({ ...request, ...changes }));

/** What is read, with ids as strings only. */
function read(packet: Buffer, start?: number, end?: number) {
  const parsed = parseUdpRequest(packet, start, end);
  if (parsed?.kind !== 'announce') return parsed;
  const { ids: _, ...announce } = parsed;
  return { ...announce, infoHash: parsed.infoHash, peerId: parsed.peerId };
}

test('a connect, to the byte and back', () => {
  const packet = encodeConnectRequest(transactionId);
  expect(packet.toString('hex')).toBe('00000417271019800000000080000001');
  expect(parseUdpRequest(packet)).toEqual({ kind: 'connect', transactionId });
  expect(parseUdpRequest(Buffer.concat([packet, Buffer.from('more')]))).not.toBeNull();
});

test('67 68 a wrong protocol id or a short packet gets nothing', () => {
  const packet = encodeConnectRequest(1);
  packet[7] = 0x81;
  expect(parseUdpRequest(packet)).toBeNull();
  for (let length = 0; length < 16; length++) {
    expect(parseUdpRequest(encodeConnectRequest(1).subarray(0, length))).toBeNull();
  }
});

test('an announce, to the byte and back', () => {
  const packet = encodeAnnounceRequest({ ...request, downloaded: 2n, uploaded: 3n, numWant: 20 });
  expect(packet.toString('hex')).toBe(
    `01020304050607080000000180000001${'68'.repeat(20)}${'ff'.repeat(20)}` +
      '0000000000000002000000000000000100000000000000030000000200000000deadbeef000000141ae1',
  );
  expect(read(packet)).toEqual({
    kind: 'announce',
    transactionId,
    infoHash: hash,
    peerId: '\xff'.repeat(20),
    port: 6881,
    complete: false,
    event: 'started',
    numWant: 20,
    key: 0xdeadbeef,
    passkey: null,
    downloaded: 2,
    uploaded: 3,
  });
});

test('79 a passkey is taken from the URL behind the announce (BEP 41)', () => {
  const passkey = '0123456789abcdef'.repeat(4);
  const passkeyOf = (...options: string[]) => {
    const tail = Buffer.from(options.join(''), 'latin1');
    const parsed = parseUdpRequest(Buffer.concat([encodeAnnounceRequest(request), tail]));
    if (parsed?.kind !== 'announce') throw new Error('not read');
    return parsed.passkey;
  };
  const url = (data: string) => `\x02${String.fromCharCode(data.length)}${data}`;
  expect(passkeyOf(url(`/${passkey}/announce`))).toBe(passkey);
  expect(passkeyOf(url(`/announce/${passkey}?a=b`))).toBe(passkey);
  expect(passkeyOf('\x01', url(`/${passkey}`), '\x01', url(''), url('/announce'), '\0')).toBe(
    passkey,
  );
  expect(passkeyOf('\x07\x03abc', url(`/announce/${passkey}`))).toBe(passkey);
  expect(passkeyOf('\0', url(`/announce/${passkey}`))).toBeNull();
  expect(passkeyOf('\x02')).toBeNull();
  expect(passkeyOf('\x02\xff/announce')).toBeNull();
  expect(passkeyOf(url('/announce'))).toBeNull();
});

test('73 an announce of 97 bytes gets nothing', () => {
  expect(parseUdpRequest(encodeAnnounceRequest(request).subarray(0, 97))).toBeNull();
});

test('74 the IP field is not read', () => {
  const packet = encodeAnnounceRequest(request);
  packet.writeUInt32BE(0x01020304, 84);
  expect(read(packet)).toEqual(announce({}));
});

test('75 num_want', () => {
  expect(announce({ numWant: -1 })).toMatchObject({ numWant: null });
  expect(announce({ numWant: 0 })).toMatchObject({ numWant: 0 });
  expect(announce({ numWant: 0x7fffffff })).toMatchObject({ numWant: 0x7fffffff });
});

test('76 port 0 is malformed unless the peer stopped', () => {
  expect(announce({ port: 0 })).toEqual({
    kind: 'malformed',
    transactionId,
    reason: 'port is 0',
  });
  expect(announce({ port: 0, event: 'stopped' })).toMatchObject({ kind: 'announce' });
});

test('77 left of 2^64-1, or in the high half only, is a leecher’s', () => {
  expect(announce({ left: 2n ** 64n - 1n })).toMatchObject({ complete: false });
  expect(announce({ left: 2n ** 32n })).toMatchObject({ complete: false });
  expect(announce({ left: 0n })).toMatchObject({ complete: true });
});

test('78 event 4 is paused, 5 and more are none', () => {
  expect(announce({ event: 'paused' })).toMatchObject({ event: 'paused' });
  const packet = encodeAnnounceRequest(request);
  for (const event of [5, 0xffffffff]) {
    packet.writeUInt32BE(event, 80);
    expect(parseUdpRequest(packet)).toMatchObject({ event: 'none' });
  }
});

test('79 whatever follows the announce is no harm', () => {
  for (const tail of ['00', '01', '0205', '02ff2f', '030041', 'ff']) {
    const packet = Buffer.concat([encodeAnnounceRequest(request), Buffer.from(tail, 'hex')]);
    expect(read(packet)).toEqual(announce({}));
  }
});

test('80 82 83 a scrape: order and repetition kept, 74 at most, extra bytes ignored', () => {
  const infoHashes = [hash, 'a'.repeat(20), hash];
  const packet = encodeScrapeRequest({ connectionId, transactionId, infoHashes });
  expect(parseUdpRequest(Buffer.concat([packet, Buffer.alloc(19)]))).toEqual({
    kind: 'scrape',
    transactionId,
    infoHashes,
  });
  const many = Array.from({ length: 100 }, (_, n) => String(n).padStart(20, '0'));
  expect(
    parseUdpRequest(encodeScrapeRequest({ connectionId, transactionId, infoHashes: many })),
  ).toMatchObject({ infoHashes: many.slice(0, 74) });
});

test('81 84 a scrape of nothing and an unknown action are malformed', () => {
  const packet = encodeScrapeRequest({ connectionId, transactionId, infoHashes: [] });
  expect(parseUdpRequest(packet)).toMatchObject({ reason: 'info_hash is missing' });
  packet.writeUInt32BE(3, 8);
  expect(parseUdpRequest(packet)).toMatchObject({ reason: 'action is not known', transactionId });
});

test('answers come back as they were sent, 88 transaction ids exactly', () => {
  expect(
    parseUdpAnswer(written((into) => encodeConnectAnswer(into, 0, transactionId, connectionId))),
  ).toEqual({
    kind: 'connect',
    transactionId,
    connectionId,
  });
  const endpoints = [compactEndpoint(ipv4(0xff000001), 0xffff), compactEndpoint(ipv4(1), 2)];
  const packet = written((into) =>
    encodeUdpAnnounceAnswer(into, 0, transactionId, {
      interval: 1800,
      leechers: 1,
      seeds: 2,
      peers: listOf(endpoints.map((endpoint) => ({ endpoint, peerId: null }))),
      peers6: listOf([], 18),
      externalAddress: ipv4(1),
    }),
  );
  expect(packet.toString('hex')).toBe(
    '0000000180000001000007080000000100000002ff000001ffff000000010002',
  );
  expect(parseUdpAnswer(packet)).toEqual({
    kind: 'announce',
    transactionId,
    interval: 1800,
    leechers: 1,
    seeds: 2,
    endpoints,
  });
  const entry = { infoHash: hash, seeds: 1, completed: 2, leechers: 3, partialSeeds: 0 };
  expect(
    parseUdpAnswer(written((into) => encodeUdpScrapeAnswer(into, 0, transactionId, [entry]))),
  ).toEqual({
    kind: 'scrape',
    transactionId,
    entries: [{ seeds: 1, completed: 2, leechers: 3 }],
  });
  expect(parseUdpAnswer(written((into) => encodeUdpError(into, 0, transactionId, 'no')))).toEqual({
    kind: 'error',
    transactionId,
    reason: 'no',
  });
});

test('parsing never throws, whatever the packet, and reads nothing around it', () => {
  const head = fc.constantFrom(
    Buffer.alloc(0),
    ...[0, 1, 2, 3, 4].map((action) => Buffer.from([0, 0, 0, action])),
    ...[0, 1, 2, 3].map((action) => Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, action])),
    encodeConnectRequest(7),
    encodeAnnounceRequest(request),
  );
  const packet = fc
    .tuple(head, fc.uint8Array({ maxLength: 200 }))
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(packet, fc.uint8Array({ maxLength: 40 }), (packet, around) => {
      const inRing = Buffer.concat([around, packet, around]);
      const end = around.length + packet.length;
      expect(read(inRing, around.length, end)).toEqual(read(packet));
    }),
    { numRuns: 2_000 },
  );
});
