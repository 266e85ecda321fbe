import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeAnswer,
  encodeOffer,
  encodeWebSocketAnnounceAnswer,
  encodeWebSocketRefusal,
  encodeWebSocketScrapeAnswer,
  parseWebSocketMessage,
} from '../../source/tracker/websocket-protocol.ts';

const infoHash = '\xff\0h'.padEnd(20, 'h');
const peerId = 'p'.repeat(20);
const announce = { action: 'announce', info_hash: infoHash, peer_id: peerId };
const offer = (id: string) => ({ offer_id: id, offer: { type: 'offer', sdp: `sdp ${id}` } });
const parse = (message: unknown) => parseWebSocketMessage(JSON.stringify(message));
const reasonOf = (message: unknown) => {
  const parsed = parse(message);
  return parsed.kind === 'refusal' ? parsed.reason : parsed;
};

test('an announce with offers', () => {
  expect(
    parse({
      ...{ ...announce, left: 0, event: 'started', numwant: 5, uploaded: 7, downloaded: 8 },
      offers: [offer('a'), offer('b')],
    }),
  ).toEqual({
    kind: 'announce',
    infoHash,
    peerId,
    complete: true,
    event: 'started',
    uploaded: 7,
    downloaded: 8,
    offers: [
      { id: 'a', description: { type: 'offer', sdp: 'sdp a' } },
      { id: 'b', description: { type: 'offer', sdp: 'sdp b' } },
    ],
  });
  expect(parse(announce)).toMatchObject({ complete: false, event: 'none', offers: [] });
  expect(parse({ ...announce, event: 'update', offers: null })).toMatchObject({ event: 'none' });
  for (const junk of [undefined, null, '1', -1, 1.5, 1e300, {}]) {
    const parsed = parse({ ...announce, uploaded: junk, downloaded: junk });
    expect(parsed).toMatchObject({ uploaded: null, downloaded: null });
  }
});

test('90 of the offers as many are taken as are wanted, ten at most', () => {
  const offers = Array.from({ length: 30 }, (_, n) => offer(String(n)));
  const taken = (numwant: unknown) => {
    const parsed = parse({ ...announce, numwant, offers });
    return parsed.kind === 'announce' ? parsed.offers.length : parsed;
  };
  expect(taken(3)).toBe(3);
  expect(taken(0)).toBe(0);
  expect(taken(50)).toBe(10);
  for (const junk of [undefined, null, -1, 'x', {}]) expect(taken(junk)).toBe(10);
});

test('91 an answer to an offer', () => {
  const message = {
    ...announce,
    to_peer_id: 't'.repeat(20),
    offer_id: 'a',
    answer: { type: 'answer', sdp: 'sdp' },
  };
  expect(parse(message)).toEqual({
    kind: 'answer',
    infoHash,
    peerId,
    toPeerId: 't'.repeat(20),
    offerId: 'a',
    description: { type: 'answer', sdp: 'sdp' },
  });
  expect(reasonOf({ ...message, to_peer_id: 'short' })).toBe('to_peer_id is not 20 bytes long');
  expect(reasonOf({ ...message, offer_id: 'x'.repeat(100) })).toBe('offer_id is not a short text');
  for (const answer of ['sdp', {}, { sdp: 5 }, [], { sdp: 'x'.repeat(20_000) }]) {
    expect(reasonOf({ ...message, answer })).toBe('answer is no session description');
  }
});

test('92 hashes and ids are 20 characters up to 0xff', () => {
  for (const wrong of [undefined, null, 5, '', 'h'.repeat(19), 'h'.repeat(21), 'ā'.repeat(20)]) {
    expect(reasonOf({ ...announce, info_hash: wrong })).toBe('info_hash is not 20 bytes long');
    expect(reasonOf({ ...announce, peer_id: wrong })).toBe('peer_id is not 20 bytes long');
  }
});

test('93 scrapes of one, of several, and of none in particular', () => {
  const scrape = (info_hash?: unknown) => parse({ action: 'scrape', info_hash });
  expect(scrape(infoHash)).toEqual({ kind: 'scrape', infoHashes: [infoHash] });
  expect(scrape([infoHash, peerId, infoHash])).toEqual({
    kind: 'scrape',
    infoHashes: [infoHash, peerId],
  });
  expect(scrape()).toMatchObject({ reason: 'info_hash is missing' });
  expect(scrape(['short'])).toMatchObject({ reason: 'info_hash is not 20 bytes long' });
});

test('97 what is no message is refused', () => {
  for (const text of ['', '{', 'null', '[]', '5', '"announce"', '{}', '{"action":"x"}']) {
    expect(parseWebSocketMessage(text).kind).toBe('refusal');
  }
  for (const offers of [5, 'x', {}, [null], [{}], [{ offer_id: 'a' }], [{ offer_id: 5 }]]) {
    expect(reasonOf({ ...announce, offers })).toBe('offers are no list of offers');
  }
  const noSdp = [{ offer_id: 'a', offer: { type: 'offer' } }];
  expect(reasonOf({ ...announce, offers: noSdp })).toBe('offers are no list of offers');
  expect(reasonOf({ ...announce, event: 'junk' })).toBe('event is not known');
});

test('97 whatever is sent, it is read or refused', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseWebSocketMessage(text)));
  const key = fc.constantFrom(
    ...['action', 'info_hash', 'peer_id', 'offers', 'answer', 'offer_id', 'to_peer_id'],
    ...['left', 'numwant', 'event', '__proto__', 'toString'],
  );
  const value = fc.oneof(
    fc.constantFrom('announce', 'scrape', infoHash, peerId, 'started'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.dictionary(key, value), (message) => {
      expect(['announce', 'answer', 'scrape', 'refusal']).toContain(parse(message).kind);
    }),
    { numRuns: 2_000 },
  );
});

test('answers as clients read them', () => {
  const entry = { infoHash, seeds: 1, leechers: 3, partialSeeds: 1, completed: 4 };
  const answer = { ...entry, interval: 120, minInterval: 60, warning: null };
  expect(JSON.parse(encodeWebSocketAnnounceAnswer(answer))).toEqual({
    action: 'announce',
    info_hash: infoHash,
    interval: 120,
    'min interval': 60,
    complete: 1,
    incomplete: 3,
    downloaded: 4,
  });
  expect(JSON.parse(encodeWebSocketScrapeAnswer([entry]))).toEqual({
    action: 'scrape',
    files: { [infoHash]: { complete: 1, downloaded: 4, downloaders: 2, incomplete: 3 } },
  });
  const description = { type: 'offer', sdp: 's' } as const;
  expect(JSON.parse(encodeOffer(infoHash, peerId, { id: 'a', description }))).toEqual({
    ...announce,
    offer_id: 'a',
    offer: description,
  });
  const refusal = { kind: 'refusal', reason: 'no', retryIn: 'never' } as const;
  expect(JSON.parse(encodeWebSocketRefusal(refusal, { action: 'announce', infoHash }))).toEqual({
    action: 'announce',
    info_hash: infoHash,
    'failure reason': 'no',
    'retry in': 'never',
  });
  const answered = parse({
    ...announce,
    to_peer_id: 't'.repeat(20),
    offer_id: 'a',
    answer: { type: 'answer', sdp: 's' },
  });
  if (answered.kind !== 'answer') throw new Error('not read');
  expect(JSON.parse(encodeAnswer(answered))).toEqual({
    ...announce,
    offer_id: 'a',
    answer: { type: 'answer', sdp: 's' },
  });
});
