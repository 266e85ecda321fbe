import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnounceRequest } from '../../../source/discovery/announce/announce.ts';
import {
  encodeAnnounce,
  encodeConnect,
  parseUdpAnswer,
} from '../../../source/discovery/announce/udp-protocol.ts';
import { compactEndpoint, parseIpAddress } from '../../../source/tracker/ip-address.ts';
import { PeerList } from '../../../source/tracker/peer-list.ts';
import {
  encodeConnectAnswer,
  encodeUdpAnnounceAnswer,
  encodeUdpError,
  parseUdpRequest,
} from '../../../source/tracker/udp-protocol.ts';
import { written } from '../../tracker/written.ts';

const connectionId = Buffer.from('0102030405060708', 'hex');
const request: AnnounceRequest = {
  infoHash: Buffer.alloc(20, 'h'),
  peerId: Buffer.alloc(20, 0xff),
  port: 6881,
  uploaded: 3,
  left: 0,
  event: 'started',
  key: 0xdeadbeef,
  numWant: 20,
  trackerId: null,
};

test('a connect to the byte', () => {
  expect(encodeConnect(0x80000001).toString('hex')).toBe('00000417271019800000000080000001');
});

test('an announce to the byte', () => {
  const packet = encodeAnnounce(connectionId, 0x80000001, request, '');
  expect(packet.toString('hex')).toBe(
    `01020304050607080000000180000001${'68'.repeat(20)}${'ff'.repeat(20)}` +
      '0000000000000000000000000000000000000000000000030000000200000000deadbeef000000141ae1',
  );
});

test('a partial seed says so, and how much it has not (BEP 21)', () => {
  const partial = { ...request, left: 2 ** 40, event: 'paused' } as const;
  const packet = encodeAnnounce(connectionId, 7, partial, '');
  expect(packet.readBigUInt64BE(64)).toBe(2n ** 40n);
  expect(parseUdpRequest(packet)).toMatchObject({ complete: false, event: 'paused' });
});

test('path and query follow as options, in parts of at most 255 bytes (BEP 41)', () => {
  const options = (urlData: string) =>
    encodeAnnounce(connectionId, 1, request, urlData).subarray(98);
  expect(options('/announce?key=1').toString('latin1')).toBe('\x02\x0f/announce?key=1');
  const long = `/${'x'.repeat(299)}`;
  expect(options(long).toString('latin1')).toBe(
    `\x02\xff${long.slice(0, 255)}\x02\x2d${long.slice(255)}`,
  );
  expect(options(`/${'x'.repeat(5_000)}`)).toHaveLength(4 * 257);
});

test("everseed's own tracker reads announces as they are meant", () => {
  for (const event of ['none', 'started', 'stopped'] as const) {
    const packet = encodeAnnounce(connectionId, 7, { ...request, event }, '/announce');
    expect(parseUdpRequest(packet)).toMatchObject({
      kind: 'announce',
      transactionId: 7,
      infoHash: 'h'.repeat(20),
      complete: true,
      event,
      numWant: 20,
      port: 6881,
    });
  }
});

test("answers of everseed's own tracker are read", () => {
  const peers = new PeerList(6);
  peers.add(compactEndpoint('\x01\x02\x03\x04', 80), null);
  const answer = {
    interval: 1_800,
    leechers: 2,
    seeds: 1,
    peers,
    peers6: new PeerList(18),
    externalAddress: '\x01\x02\x03\x05',
  };
  expect(
    parseUdpAnswer(
      written((into) => encodeUdpAnnounceAnswer(into, 0, 9, answer)),
      4,
    ),
  ).toEqual({
    kind: 'announce',
    transactionId: 9,
    answer: {
      interval: 1_800,
      minInterval: 0,
      leechers: 2,
      seeds: 1,
      peers: [{ host: '1.2.3.4', port: 80 }],
      trackerId: null,
      warning: null,
      externalAddresses: [],
    },
  });
  expect(
    parseUdpAnswer(
      written((into) => encodeConnectAnswer(into, 0, 5, connectionId)),
      4,
    ),
  ).toEqual({
    kind: 'connect',
    transactionId: 5,
    connectionId,
  });
  expect(
    parseUdpAnswer(
      written((into) => encodeUdpError(into, 0, 6, 'not\u001bhere')),
      4,
    ),
  ).toEqual({
    kind: 'error',
    transactionId: 6,
    message: 'not here',
  });
});

test('peers of an answer by IPv6 have 18 bytes each', () => {
  const us = parseIpAddress('2001:db8::2') ?? '';
  const peers6 = new PeerList(18);
  for (const port of [80, 0]) {
    peers6.add(compactEndpoint(parseIpAddress('2001:db8::1') ?? '', port), null);
  }
  const packet = written((into) =>
    encodeUdpAnnounceAnswer(into, 0, 9, {
      interval: 1,
      leechers: 0,
      seeds: 0,
      peers: new PeerList(6),
      peers6,
      externalAddress: us,
    }),
  );
  const answer = parseUdpAnswer(packet, 6);
  expect(answer).toMatchObject({ answer: { peers: [{ host: '2001:db8::1', port: 80 }] } });
});

test('whatever comes is an answer or nothing', () => {
  const start = fc.constantFrom('00000000', '00000001', '00000002', '00000003', 'ffffffff');
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 200 }), (hex, rest) => {
      const packet = Buffer.concat([Buffer.from(hex, 'hex'), rest]);
      for (const family of [4, 6] as const) {
        const answer = parseUdpAnswer(packet, family);
        if (answer?.kind === 'announce') {
          expect(answer.answer.peers.every(({ port }) => port > 0)).toBe(true);
        }
      }
    }),
  );
});
