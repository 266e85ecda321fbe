import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainAnnounce } from '../../../source/tracker/http-lane/plain-announce.ts';
import { parseTarget } from '../../../source/tracker/http-protocol.ts';

const hash = '%00%ff%7E'.concat('h'.repeat(17));
const id = '-XX0001-%2b%2Baaaaaaaaaa';
const whole = `info_hash=${hash}&peer_id=${id}&port=6881`;

const read = (target: string) => {
  // with other bytes around it, as it is in a request
  const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\n\r\n`, 'latin1');
  return readPlainAnnounce(bytes, 4, 4 + target.length);
};

test('what clients send is read as others read it', () => {
  const queries = [
    whole,
    `${whole}&uploaded=0&downloaded=0&left=0&event=started&numwant=200&key=1A2B3c4d&compact=1`,
    `${whole}&uploaded=999999999999999&downloaded=1&left=16384&event=stopped&numwant=0&compact=0`,
    `${whole}&event=&no_peer_id=1&supportcrypto=1&redundant=0&corrupt=0&&x&=y`,
    `port=1&peer_id=${id}&event=completed&left=0&info_hash=${hash}&`,
    `info_hash=+%u0141${'h'.repeat(13)}&peer_id=%20${'\xff'.repeat(19)}&port=65535&event=paused`,
  ];
  for (const query of queries) {
    const target = `/announce?${query}`;
    expect(read(target)).toEqual(parseTarget(target));
    expect(read(target)?.kind).toBe('announce');
  }
});

test('what is rare, or wrong, is left to others', () => {
  const ids = `info_hash=${hash}&peer_id=${id}`;
  const others = [
    '/announce',
    '/announce?',
    '/scrape?info_hash=',
    `//announce?${whole}`,
    `/announce.php?${whole}`,
    `/0123456789abcdef/announce?${whole}`,
    `/announce?info_hash=${hash}&port=1`,
    `/announce?peer_id=${id}&port=1`,
    ...['', 'x', '%', '%1'].map((end) => `/announce?peer_id=${id}&port=1&info_hash=hhh${end}`),
    ...['', '0', '65536', '-1', '+1', '1.5', '0x1'].map((port) => `/announce?${ids}&port=${port}`),
    ...[
      ...['info_hash=', 'peer_id=', 'port=6881', 'left=', 'left=-1', 'left=18446744073709551615'],
      ...['uploaded=1e3', 'downloaded=x', 'numwant=-1', 'numwant=', 'event=Started', 'event=none'],
      ...['%6cabel=x', 'a+b=x', 'lef%74=0', 'compact=%31', 'no_peer_id=%31', 'event=%73tarted'],
      ...['key=', 'key=AWANG', 'key=1234567g', 'trackerid=', 'ip=192.0.2.1', 'ipv4=', 'ipv6=::1'],
    ].map((parameter) => `/announce?${whole}&${parameter}`),
  ];
  for (const target of others) expect([target, read(target)]).toEqual([target, null]);
});

test('whatever is sent, it is read as others read it, or left to them', () => {
  const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  const number = fc.oneof(fc.nat().map(String), fc.bigInt({ min: -9n }).map(String));
  const escaped = fc.oneof(
    byte,
    fc.integer({ min: 0, max: 255 }).map((code) => `%${code.toString(16).padStart(2, '0')}`),
    fc.constantFrom('%u', '%', '+', '%zz', '%4A'),
  );
  const value = fc.oneof(
    fc.constantFrom(hash, id, '', '0', '1', 'started', 'stopped', 'completed', 'empty', 'x'),
    fc.array(escaped, { minLength: 18, maxLength: 22 }).map((parts) => parts.join('')),
    number,
    fc.stringMatching(/^[0-9A-Fa-f]{7,9}$/),
  );
  const name = fc.constantFrom(
    ...['info_hash', 'peer_id', 'port', 'uploaded', 'downloaded', 'left', 'event', 'numwant'],
    ...['key', 'compact', 'no_peer_id', 'trackerid', 'ip', 'ipv4', 'ipv6', 'Port', '', 'x'],
  );
  const parameter = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(name, value).map(([key, text]) => `${key}=${text}`) },
    { weight: 1, arbitrary: fc.array(byte, { maxLength: 5 }).map((bytes) => bytes.join('')) },
  );
  const start = fc.constantFrom('/announce?', `/announce?${whole}&`, '/scrape?', '/announce');
  let announces = 0;
  fc.assert(
    fc.property(start, fc.array(parameter, { maxLength: 8 }), (path, parameters) => {
      const target = path + parameters.join('&');
      const found = read(target);
      if (found === null) return;
      announces++;
      expect(found).toEqual(parseTarget(target));
    }),
    { numRuns: 2_000 },
  );
  expect(announces).toBeGreaterThan(0);
});
