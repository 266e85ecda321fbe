import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import type { AnnounceAnswer } from '../../source/tracker/announce.ts';
import {
  encodeAnnounceAnswer,
  encodeRefusal,
  encodeScrapeAnswer,
  parseTarget,
} from '../../source/tracker/http-protocol.ts';
import { compactEndpoint } from '../../source/tracker/ip-address.ts';
import { listOf } from './peer-lists.ts';
import { ipv4 } from './test-tracker.ts';

const hash = 'hhhhhhhhhhhhhhhhhhhh';
const id = '-XX0001-aaaaaaaaaaaa';
const complete = `info_hash=${hash}&peer_id=${id}&port=6881&left=0`;

const announce = (query: string) => parseTarget(`/announce?${query}`);
const reasonOf = (query: string) => {
  const parsed = announce(query);
  return parsed?.kind === 'refusal' ? parsed.reason : null;
};

test('an announce with everything said', () => {
  expect(
    announce(
      `info_hash=%00%ff${'h'.repeat(18)}&peer_id=${id}&port=65535&uploaded=1&downloaded=2&left=3&event=started&numwant=20&compact=0&no_peer_id=1&key=DEADBEEF&trackerid=&ip=192.0.2.1&ipv6=%5b::1%5D`,
    ),
  ).toEqual({
    kind: 'announce',
    infoHash: `\0\xff${'h'.repeat(18)}`,
    peerId: id,
    port: 65535,
    complete: false,
    event: 'started',
    numWant: 20,
    key: 0xdeadbeef,
    passkey: null,
    uploaded: 1,
    downloaded: 2,
    compact: false,
    noPeerId: true,
    asksTrackerId: true,
    claims: { ip: '192.0.2.1', ipv4: null, ipv6: '[::1]' },
  });
});

test('a key is 32 bits, whatever it is written as', () => {
  const keyOf = (key: string) => {
    const parsed = announce(`${complete}&key=${key}`);
    return parsed?.kind === 'announce' ? parsed.key : undefined;
  };
  expect(keyOf('0000000a')).toBe(10);
  expect(keyOf('')).toBeNull();
  expect(keyOf('AWANG')).toBe(keyOf('AWANG'));
  expect(keyOf('AWANG')).not.toBe(keyOf('AWANF'));
  for (const key of ['AWANG', 'x'.repeat(1_000)]) expect(keyOf(key)).toBeLessThan(2 ** 32);
});

test('numbers of bytes that cannot be counted with are none', () => {
  for (const wrong of ['-1', '1e3', '18446744073709551615', '']) {
    expect(announce(`${complete}&uploaded=${wrong}&downloaded=5`)).toMatchObject({
      uploaded: null,
      downloaded: 5,
    });
  }
});

test('35 a passkey is before or behind the action', () => {
  const passkey = '0123456789abcdef';
  for (const path of [`/${passkey}/announce`, `/announce/${passkey}`, `/${passkey}/announce.php`]) {
    expect(parseTarget(`${path}?${complete}`)).toMatchObject({ kind: 'announce', passkey });
  }
  expect(parseTarget(`/${passkey}/scrape?info_hash=${hash}`)).toMatchObject({ passkey });
});

test('02 03 without compact, and with compact=1, peers are asked for in compact form', () => {
  expect(announce(complete)).toMatchObject({ compact: true });
  expect(announce(`${complete}&compact=1`)).toMatchObject({ compact: true });
});

test('11 numwant that is no number is left to the tracker', () => {
  for (const numwant of ['-1', 'all', '1.5', '']) {
    expect(announce(`${complete}&numwant=${numwant}`)).toMatchObject({ numWant: null });
  }
  expect(announce(`${complete}&numwant=0`)).toMatchObject({ numWant: 0 });
  expect(announce(`${complete}&numwant=1000000000`)).toMatchObject({ numWant: 1e9 });
});

test('17 event= and event=empty are no event', () => {
  for (const event of ['', '&event=', '&event=empty']) {
    expect(announce(complete + event)).toMatchObject({ event: 'none' });
  }
});

test('19 an unknown event fails', () => {
  for (const event of ['Started', 'finished', 'none', '%u0141']) {
    expect(reasonOf(`${complete}&event=${event}`)).toBe('event is not known');
  }
});

test('32 39 whatever left is, only zero makes a seed', () => {
  const base = `info_hash=${hash}&peer_id=${id}&port=1`;
  expect(announce(`${base}&left=0`)).toMatchObject({ complete: true });
  for (const left of ['', '&left=', '&left=-5', '&left=18446744073709551615', '&left=1e309']) {
    expect(announce(base + left)).toMatchObject({ complete: false });
  }
  for (const left of ['NaN', '0x0', '0.0', '9'.repeat(30), '9'.repeat(400)]) {
    expect(announce(`${base}&left=${left}`)).toMatchObject({ complete: false });
  }
});

test('33 29 unknown parameters are ignored, whatever they hold', () => {
  const extra = '&supportcrypto=1&corrupt=0&redundant=0&x=%zz&&=&y';
  expect(announce(complete + extra)).toEqual(announce(complete));
});

test('36 info_hash that is missing, twice, or not 20 bytes fails', () => {
  const rest = `peer_id=${id}&port=1`;
  expect(reasonOf(rest)).toBe('info_hash is missing');
  expect(reasonOf(`info_hash=${hash}&info_hash=${hash}&${rest}`)).toBe(
    'info_hash is given more than once',
  );
  for (const wrong of ['', hash.slice(1), `${hash}h`, '68'.repeat(20), 'h'.repeat(32)]) {
    expect(reasonOf(`info_hash=${wrong}&${rest}`)).toBe('info_hash is not 20 bytes long');
  }
});

test('37 peer_id that is missing or not 20 bytes fails', () => {
  const rest = `info_hash=${hash}&port=1`;
  expect(reasonOf(rest)).toBe('peer_id is missing');
  for (const wrong of ['', id.slice(1), `${id}a`]) {
    expect(reasonOf(`${rest}&peer_id=${wrong}`)).toBe('peer_id is not 20 bytes long');
  }
});

test('38 a port that is none fails', () => {
  const rest = `info_hash=${hash}&peer_id=${id}`;
  for (const port of ['', '&port=', '&port=0', '&port=65536', '&port=-1', '&port=1.5']) {
    expect(reasonOf(rest + port)).toBe('port is not a number from 1 to 65535');
  }
  for (const port of ['1e3', '0x1a', '+1', '%2B1', '%zz', '9'.repeat(30)]) {
    expect(reasonOf(`${rest}&port=${port}`)).toBe('port is not a number from 1 to 65535');
  }
  expect(announce(`${rest}&port=0&event=stopped`)).toMatchObject({ port: 0, event: 'stopped' });
});

test('names and values may be written in escapes, all of them', () => {
  const escaped = `info%5fhash=${hash}&pee%72_id=${id}&p%6Frt=%36881&le%66t=%30&event=%73tarted`;
  expect(announce(`${escaped}&compact=%30&no_peer_id=%31&%6bey=0000000%61&num%77ant=1%32`)).toEqual(
    announce(
      `info_hash=${hash}&peer_id=${id}&port=6881&left=0&event=started&compact=0&no_peer_id=1&key=0000000a&numwant=12`,
    ),
  );
  expect(reasonOf(`${complete}&info%5fhash=${hash}`)).toBe('info_hash is given more than once');
  expect(announce(`info_hash=${hash}&peer_id=${id}&port=1&%zz=1&left=%zz&left=0`)).toMatchObject({
    complete: false,
  });
});

test('40 a broken escape fails, an escape in either case does not', () => {
  const rest = `peer_id=${id}&port=1`;
  for (const wrong of ['%zz', '%a', `${'h'.repeat(19)}%`]) {
    expect(reasonOf(`info_hash=${wrong}&${rest}`)).toBe('info_hash has a broken percent escape');
  }
  expect(reasonOf(`info_hash=${hash}&port=1&peer_id=%zz`)).toBe(
    'peer_id has a broken percent escape',
  );
  expect(announce(`info_hash=%aB%Ab%00\x80${'h'.repeat(16)}&${rest}`)).toMatchObject({
    infoHash: `\xab\xab\0\x80${'h'.repeat(16)}`,
  });
});

test('41 a plus in info_hash is a space', () => {
  expect(announce(`info_hash=%2b+${'h'.repeat(18)}&peer_id=${id}&port=1`)).toMatchObject({
    infoHash: `+ ${'h'.repeat(18)}`,
  });
});

test('42 of a parameter given twice the first counts', () => {
  expect(announce(`${complete}&port=1&left=5`)).toMatchObject({ port: 6881, complete: true });
});

test('43 paths and forms of targets', () => {
  expect(parseTarget('/announce')).toMatchObject({ reason: 'info_hash is missing' });
  expect(announce(`x=?&${complete}`)).toMatchObject({ kind: 'announce' });
  for (const target of [
    '//announce',
    '/announce/',
    'http://host:1/announce',
    'HTTP://h//announce',
  ]) {
    expect(parseTarget(`${target}?${complete}`)).toEqual(announce(complete));
  }
  expect(parseTarget('http://host?/announce')).toBeNull();
});

test.each(['/announce.php', '/x/announce', '/x/announce.php', '/scrape.php'])(
  '62 the path of %j is the tracker’s, as clients make scrape URLs of it',
  (target) => expect(parseTarget(target)).toMatchObject({ reason: 'info_hash is missing' }),
);

test.each([
  '/',
  '',
  '*',
  '/announcer?a',
  '/x/y/announce',
  '/announce/short',
  '/scrapes',
  'announce?',
])('44 the path of %j is not the tracker’s', (target) => expect(parseTarget(target)).toBeNull());

test('56 60 61 the info hashes of a scrape', () => {
  const other = 'i'.repeat(20);
  expect(parseTarget(`/scrape?info_hash=${hash}&info_hash=${other}&info_hash=${hash}`)).toEqual({
    kind: 'scrape',
    infoHashes: [hash, other],
    passkey: null,
  });
  expect(parseTarget(`/scrape?info_hash=${hash}&info_hash=short`)).toMatchObject({
    reason: 'info_hash is not 20 bytes long',
  });
  const many = Array.from({ length: 150 }, (_, n) => `info_hash=${String(n).padStart(20, '0')}`);
  const parsed = parseTarget(`/scrape?${many.join('&')}`);
  expect(parsed?.kind === 'scrape' && parsed.infoHashes).toHaveLength(100);
});

test('59 a scrape of everything is not served', () => {
  for (const target of ['/scrape', '/scrape?', '/scrape?x=1']) {
    expect(parseTarget(target)).toMatchObject({ reason: 'info_hash is missing' });
  }
});

test('parsing never throws, whatever the target', () => {
  const piece = fc.constantFrom(
    ...['/announce', '/scrape', '?', '&', '=', '%', '%zz', '%00', '+', 'info_hash', 'peer_id'],
    ...['port', 'left', 'event', 'numwant', 'h'.repeat(20), '0', '6881', '-1', 'started', '\xff'],
  );
  const target = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(target, (target) => {
      const parsed = parseTarget(target);
      if (parsed?.kind !== 'announce') return;
      expect(parsed.infoHash).toHaveLength(20);
      expect(parsed.peerId).toHaveLength(20);
      expect(parsed.port).toBeLessThanOrEqual(65535);
    }),
    { numRuns: 2_000 },
  );
});

const answer: AnnounceAnswer = {
  kind: 'answer',
  seeds: 3,
  leechers: 2,
  partialSeeds: 1,
  completed: 7,
  interval: 1800,
  minInterval: 60,
  externalAddress: ipv4(0xc0000201),
  warning: null,
  peers: listOf([
    { endpoint: compactEndpoint(ipv4(0x7f000001), 6881), peerId: '\xff'.repeat(20) },
    { endpoint: compactEndpoint(ipv4(0xcb007105), 80), peerId: null },
  ]),
  peers6: listOf([], 18),
};

test('01 06 24 an answer in compact form, to the byte', () => {
  const bytes = encodeAnnounceAnswer(answer, {
    compact: true,
    noPeerId: false,
    asksTrackerId: false,
  });
  expect(bytes.toString('latin1')).toBe(
    'd8:completei3e10:downloadedi7e11:external ip4:\xc0\0\x02\x0110:incompletei2e' +
      '8:intervali1800e12:min intervali60e5:peers12:\x7f\0\0\x01\x1a\xe1\xcb\0\x71\x05\0\x50e',
  );
});

test('04 05 dictionaries of peers, with their ids when they are known and wanted', () => {
  const withIds = encodeAnnounceAnswer(answer, {
    compact: false,
    noPeerId: false,
    asksTrackerId: false,
  });
  expect(withIds.toString('latin1')).toContain(
    `5:peersld2:ip9:127.0.0.17:peer id20:${'\xff'.repeat(20)}4:porti6881ee` +
      'd2:ip11:203.0.113.54:porti80eeee',
  );
  const without = encodeAnnounceAnswer(answer, {
    compact: false,
    noPeerId: true,
    asksTrackerId: false,
  });
  expect(without.toString('latin1')).toContain('ld2:ip9:127.0.0.14:porti6881eed2:ip');
});

test('06 no peers are an empty string or list', () => {
  const empty = { ...answer, peers: listOf([]) };
  const compact = encodeAnnounceAnswer(empty, {
    compact: true,
    noPeerId: false,
    asksTrackerId: false,
  });
  expect(compact.toString()).toContain('5:peers0:');
  const list = encodeAnnounceAnswer(empty, {
    compact: false,
    noPeerId: false,
    asksTrackerId: false,
  });
  expect(list.toString()).toContain('5:peersle');
});

test('every answer is one canonical dictionary', () => {
  const warning = 'announced again within the min interval of 60 s';
  for (const compact of [true, false]) {
    decode(
      encodeAnnounceAnswer(
        { ...answer, warning },
        { compact, noPeerId: false, asksTrackerId: false },
      ),
    );
  }
  decode(encodeScrapeAnswer([hash, '\0'.repeat(20)].map((infoHash) => ({ ...answer, infoHash }))));
  decode(encodeRefusal({ kind: 'refusal', reason: 'no', retryIn: 'never' }));
});

test('55 56 57 a scrape is sorted by raw bytes, and bytes from 0x80 stay one byte', () => {
  const counts = { seeds: 3, leechers: 2, partialSeeds: 1, completed: 7 };
  const entries = ['\xff'.repeat(20), '\x80'.repeat(20), 'a'.repeat(20)].map((infoHash) => ({
    infoHash,
    ...counts,
  }));
  const one = 'd8:completei3e10:downloadedi7e11:downloadersi1e10:incompletei2ee';
  expect(encodeScrapeAnswer(entries).toString('latin1')).toBe(
    `d5:filesd20:${'a'.repeat(20)}${one}20:${'\x80'.repeat(20)}${one}20:${'\xff'.repeat(20)}${one}ee`,
  );
});

test('30 a refusal, and one that is final', () => {
  const refusal = { kind: 'refusal' as const, reason: 'not published here' };
  expect(encodeRefusal({ ...refusal, retryIn: 'never' }).toString()).toBe(
    'd14:failure reason18:not published here8:retry in5:nevere',
  );
  expect(encodeRefusal({ ...refusal, retryIn: null }).toString()).toBe(
    'd14:failure reason18:not published heree',
  );
});
