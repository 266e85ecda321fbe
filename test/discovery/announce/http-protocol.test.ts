import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../../source/bencode/encode.ts';
import {
  AnnounceError,
  type AnnounceRequest,
} from '../../../source/discovery/announce/announce.ts';
import {
  announceUrl,
  parseAnnounceAnswer,
} from '../../../source/discovery/announce/http-protocol.ts';
import { encodeAnnounceAnswer, parseTarget } from '../../../source/tracker/http-protocol.ts';
import { compactEndpoint, parseIpAddress } from '../../../source/tracker/ip-address.ts';
import { PeerList } from '../../../source/tracker/peer-list.ts';

const request: AnnounceRequest = {
  infoHash: Buffer.from('000102207e7f80ff2d2e5f7e41615a7a30392b26', 'hex'),
  peerId: Buffer.from('-ES0100-abcdefghijkl'),
  port: 6881,
  uploaded: 12345678901234,
  left: 0,
  event: 'started',
  key: 0xabc,
  numWant: 50,
  trackerId: null,
};

test('an announce to the byte, with the query a passkey came by kept', () => {
  const url = announceUrl(new URL('https://tracker.example/announce?passkey=s3cret#top'), {
    ...request,
    trackerId: Buffer.from('a b'),
  });
  expect(url.href).toBe(
    'https://tracker.example/announce?passkey=s3cret' +
      '&info_hash=%00%01%02%20~%7F%80%FF-._~AaZz09%2B%26&peer_id=-ES0100-abcdefghijkl&port=6881' +
      '&uploaded=12345678901234&downloaded=0&left=0&event=started&numwant=50&key=00000ABC' +
      '&compact=1&no_peer_id=1&trackerid=a%20b',
  );
});

test('a regular announce has no event', () => {
  expect(announceUrl(new URL('http://t/a'), { ...request, event: 'none' }).search).not.toContain(
    'event',
  );
});

test('a partial seed says so, and how much it has not (BEP 21)', () => {
  const url = announceUrl(new URL('http://t/announce'), { ...request, left: 7, event: 'paused' });
  expect(url.searchParams.get('left')).toBe('7');
  expect(parseTarget(url.pathname + url.search)).toMatchObject({
    complete: false,
    event: 'paused',
  });
});

test("everseed's own tracker reads what is asked as it is meant", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.constantFrom('none', 'started', 'stopped'),
      fc.integer({ min: 1, max: 65535 }),
      (infoHash, peerId, event, port) => {
        const url = announceUrl(new URL('http://t/announce'), {
          ...request,
          infoHash,
          peerId,
          event,
          port,
        });
        expect(parseTarget(url.pathname + url.search)).toMatchObject({
          kind: 'announce',
          infoHash: Buffer.from(infoHash).toString('latin1'),
          peerId: Buffer.from(peerId).toString('latin1'),
          complete: true,
          event,
          port,
          numWant: 50,
          compact: true,
        });
      },
    ),
  );
});

test("answers of everseed's own tracker are read, in both forms", () => {
  const peers = new PeerList(6);
  peers.add(compactEndpoint(parseIpAddress('192.0.2.7') ?? '', 6881), 'x'.repeat(20));
  const answer = {
    kind: 'answer' as const,
    infoHash: 'h'.repeat(20),
    seeds: 3,
    leechers: 4,
    partialSeeds: 0,
    completed: 5,
    interval: 1_800,
    minInterval: 60,
    externalAddress: parseIpAddress('198.51.100.9') ?? '',
    warning: 'soon\u001b[2J over',
    peers,
    peers6: new PeerList(18),
  };
  for (const compact of [true, false]) {
    const bytes = encodeAnnounceAnswer(answer, {
      compact,
      noPeerId: false,
      asksTrackerId: false,
    });
    expect(parseAnnounceAnswer(bytes)).toEqual({
      interval: 1_800,
      minInterval: 60,
      seeds: 3,
      leechers: 4,
      peers: [{ host: '192.0.2.7', port: 6881 }],
      trackerId: null,
      warning: 'soon [2J over',
      externalAddresses: ['198.51.100.9'],
    });
  }
});

test('peers of both families, a tracker id and an IPv6 address of our own', () => {
  const answer = parseAnnounceAnswer(
    encode({
      interval: 900,
      peers: Buffer.from('c0000201001001020304000005', 'hex'),
      peers6: Buffer.from('20010db8000000000000000000000001 1ae1'.replace(' ', ''), 'hex'),
      'tracker id': 'abc',
      'external ip': Buffer.from('20010db8000000000000000000000002', 'hex'),
    }),
  );
  // port 0 is nobody's, and a byte is no peer
  expect(answer.peers).toEqual([
    { host: '192.0.2.1', port: 16 },
    { host: '2001:db8::1', port: 6881 },
  ]);
  expect(answer.trackerId).toEqual(new Uint8Array(Buffer.from('abc')));
  expect(answer.externalAddresses).toEqual(['2001:db8::2']);
  expect(answer).toMatchObject({ seeds: null, leechers: null, minInterval: 0 });
});

test('of peers in dictionaries, those without an address or a port are left out', () => {
  const peers = [
    { ip: '192.0.2.1', port: 1 },
    { ip: 'tracker.example', port: 2 },
    { ip: '2001:db8::1', port: 3 },
    { ip: '192.0.2.2', port: 0 },
    { ip: '192.0.2.3', port: 65536 },
    { port: 5 },
    'no dictionary',
  ];
  expect(parseAnnounceAnswer(encode({ interval: 1, peers })).peers).toEqual([
    { host: '192.0.2.1', port: 1 },
    { host: '2001:db8::1', port: 3 },
  ]);
});

test('an answer that says little counts as one', () => {
  expect(parseAnnounceAnswer(encode({ interval: -5, complete: 'many' }))).toMatchObject({
    interval: 1_800,
    seeds: null,
    peers: [],
  });
});

test('an answer names no more peers than a peer needs', () => {
  const peers = Buffer.alloc(6 * 5_000, 1);
  const peers6 = Buffer.alloc(18 * 5_000, 1);
  expect(parseAnnounceAnswer(encode({ interval: 1, peers, peers6 })).peers).toHaveLength(500);
});

const refusals = [
  { said: {}, retryIn: null },
  { said: { 'retry in': 'never' }, retryIn: 'never' },
  { said: { 'retry in': 5 }, retryIn: 300 },
  { said: { 'retry in': '5' }, retryIn: 300 },
  { said: { 'retry in': '-5' }, retryIn: null },
  { said: { 'retry in': -5 }, retryIn: null },
] as const;

test.for(refusals)('a refusal with $said is for $retryIn (BEP 31)', ({ said, retryIn }) => {
  const failure = catchError(encode({ 'failure reason': 'not\r\nhere\u009b31m', ...said }));
  expect(failure).toMatchObject({ kind: 'refused', message: 'not here 31m', retryIn });
});

test('what is no bencoded dictionary is no answer', () => {
  for (const text of ['', 'd-3:', 'le', '<html>', 'd5:peers6:abc', 'i1e', 'de trailing']) {
    expect(catchError(Buffer.from(text))).toMatchObject({ kind: 'unreachable' });
  }
});

test('whatever comes is an answer or an AnnounceError', () => {
  const values = fc.oneof(fc.integer(), fc.string(), fc.uint8Array(), fc.constant([]));
  const keys = ['interval', 'peers', 'peers6', 'failure reason', 'retry in', 'external ip'];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.dictionary(fc.constantFrom(...keys), values).map((answer) => encode(answer)),
      ),
      (bytes) => {
        try {
          parseAnnounceAnswer(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AnnounceError);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

function catchError(bytes: Uint8Array): unknown {
  try {
    return parseAnnounceAnswer(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(AnnounceError);
    return error;
  }
}
