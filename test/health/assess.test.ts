import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessHealth, type HealthFacts } from '../../source/health/assess.ts';

const day = 24 * 60 * 60 * 1000;
const now = 100 * day;

const wellKept: HealthFacts = {
  paused: false,
  createdAt: now - 10 * day,
  dataFaults: [],
  files: 3,
  servingFault: null,
  verification: null,
  damagedFiles: [],
  reachability: { state: 'open', problem: null },
  dhtProblem: null,
  trackerLists: true,
  outsideTrackers: [],
  otherSeeds: 3,
  leechers: 2,
  lastUploadAt: now - 1000,
  times: { look: now - 5, peerPort: now - 7, router: now - 9 },
};

const assess = (change: Partial<HealthFacts>) => assessHealth({ ...wellKept, ...change }, now);
const failing = {
  url: 'udp://tracker.example.net:1337',
  verdict: 'fails',
  message: 'no answer',
  askedAt: now - 60_000,
  overdueSince: null,
} as const;
const late = {
  ...failing,
  verdict: 'late',
  message: null,
  overdueSince: now - 12 * 60_000,
} as const;
const missing = { path: '/srv/a', kind: 'missing' } as const;

test('three other seeds and nothing amiss is healthy, with nothing to say', () => {
  expect(assess({})).toEqual({ state: 'healthy', reasons: [] });
});

test.each([
  ['no other seed', { otherSeeds: 0 }, 'sole-seed', 'sole-seed'],
  ['one other seed', { otherSeeds: 1 }, 'at-risk', 'few-seeds'],
  ['data missing, others have it', { dataFaults: [missing] }, 'degraded', 'data-missing'],
  ['data missing, nobody has it', { dataFaults: [missing], otherSeeds: 0 }, 'dead', 'data-missing'],
  ['the seeder cannot read', { servingFault: 'a is odd' }, 'degraded', 'data-unservable'],
  [
    'the peer port is closed',
    { reachability: { state: 'closed', problem: null } },
    'unreachable',
    'port-closed',
  ],
  [
    'the router does not pass the port on, and nobody has come',
    { reachability: { state: 'not-mapped', problem: null } },
    'at-risk',
    'port-not-mapped',
  ],
  ['no outside tracker answers', { outsideTrackers: [failing] }, 'at-risk', 'tracker-fails'],
  [
    'no outside tracker was announced to in time',
    { outsideTrackers: [late] },
    'at-risk',
    'tracker-overdue',
  ],
  ['the tracker is silent about us', { trackerLists: false }, 'unreachable', 'tracker-silent'],
  ['leechers wait in vain', { lastUploadAt: now - day }, 'unreachable', 'leechers-stuck'],
] as const)('%s', (_name, change, state, code) => {
  const { state: assessed, reasons } = assess(change);
  expect(assessed).toBe(state);
  expect(reasons[0]).toMatchObject({ code, state });
});

test('that there is no DHT is told, and is no risk while there is the tracker', () => {
  const { state, reasons } = assess({ dhtProblem: 'port 6882 is used by another program' });
  expect(state).toBe('healthy');
  expect(reasons).toMatchObject([
    {
      code: 'dht-off',
      state: 'healthy',
      text: 'it is not announced in the DHT: port 6882 is used by another program',
    },
  ]);
});

test('reasons say how they are known, and since when', () => {
  const reasons = assess({
    dataFaults: [missing],
    reachability: { state: 'closed', problem: null },
    otherSeeds: 1,
    times: { look: now - 5, peerPort: null, router: null },
  }).reasons.map(({ code, source, measuredAt }) => [code, source, measuredAt]);
  expect(reasons).toEqual([
    ['data-missing', 'a look at the files', now - 5],
    ['port-closed', 'a connection to the peer port', null],
    ['few-seeds', 'the peers that announce to the tracker', null],
  ]);
});

test('an outside tracker that fails beside one that answers is told of, and no harm', () => {
  const answering = {
    ...failing,
    url: 'http://other.example.net/announce',
    verdict: 'answers',
  } as const;
  const { state, reasons } = assess({ outsideTrackers: [answering, failing] });
  expect(state).toBe('healthy');
  expect(reasons).toMatchObject([
    {
      code: 'tracker-fails',
      text: 'the tracker udp://tracker.example.net:1337 fails: no answer',
      source: 'announcing to it',
      measuredAt: now - 60_000,
    },
  ]);
});

test('an announce that is overdue is told of: where, and since when', () => {
  const answering = { ...failing, verdict: 'answers' } as const;
  const { state, reasons } = assess({ outsideTrackers: [answering, late] });
  expect(state).toBe('healthy');
  expect(reasons).toMatchObject([{ code: 'tracker-overdue', measuredAt: now - 60_000 }]);
  expect(reasons[0]?.text).toBe(
    'an announce to the tracker udp://tracker.example.net:1337 is overdue since 1970-04-10T23:48:00.000Z, for 12 minutes',
  );
  const first = assess({ outsideTrackers: [failing, { ...late, askedAt: null }] });
  expect(first.state).toBe('at-risk');
  expect(first.reasons.map(({ code }) => code)).toEqual(['tracker-fails', 'tracker-overdue']);
  expect(first.reasons[1]?.text).toContain('the first announce to ');
  const many = assess({ outsideTrackers: [late, late, failing, failing, late] });
  expect(many.reasons.at(-1)?.text).toBe('2 more of its 5 outside trackers fail or are late');
});

test('of many trackers that fail three are named, and the others counted', () => {
  const outsideTrackers = Array.from({ length: 7 }, () => failing);
  const texts = assess({ outsideTrackers }).reasons.map(({ text }) => text);
  expect(texts).toHaveLength(4);
  expect(texts[3]).toBe('4 more of its 7 outside trackers fail');
});

test('a publication of the last hour is not blamed for having no or few other seeds yet', () => {
  for (const otherSeeds of [0, 1, 2]) {
    expect(assess({ otherSeeds, createdAt: now - 60_000 }).state).toBe('healthy');
  }
});

test('several faulty files are one reason, which names the first', () => {
  const dataFaults = [missing, { path: '/srv/b', kind: 'missing' } as const];
  expect(assess({ dataFaults }).reasons[0]?.text).toBe('2 of 3 files are missing, such as /srv/a');
});

test('paused is paused, and still tells of damage', () => {
  const { state, reasons } = assess({ paused: true, dataFaults: [missing], trackerLists: false });
  expect(state).toBe('paused');
  expect(reasons.map((reason) => reason.code)).toEqual(['paused', 'data-missing']);
});

test('pieces that are not good are told with when that was found', () => {
  const verification = { verifiedAt: now - 3, badPieces: 2, pieces: 9 };
  expect(assess({ verification, otherSeeds: 0 }).reasons[0]).toMatchObject({
    code: 'pieces-bad',
    state: 'dead',
    text: '2 of 9 pieces are missing or wrong, and not served',
    measuredAt: now - 3,
  });
  const textOf = (badPieces: number, ...damagedFiles: string[]) =>
    assess({ verification: { ...verification, badPieces }, damagedFiles }).reasons[0]?.text;
  expect(textOf(1, 'a/b')).toBe('a piece of 9, in a/b, is missing or wrong, and not served');
  expect(textOf(3, 'a', 'b')).toBe(
    '3 of 9 pieces, in 2 files such as a, are missing or wrong, and not served',
  );
  expect(assess({ verification }).state).toBe('degraded');
  expect(assess({ verification: { ...verification, badPieces: 0 } }).state).toBe('healthy');
});

test('whatever the facts, the first reason decides the state', () => {
  fc.assert(
    fc.property(
      fc.record({
        paused: fc.boolean(),
        createdAt: fc.nat({ max: now }),
        dataFaults: fc.option(
          fc.array(
            fc.record({
              path: fc.string(),
              kind: fc.constantFrom('missing' as const, 'changed' as const, 'unreadable' as const),
            }),
          ),
        ),
        files: fc.nat(),
        servingFault: fc.option(fc.string()),
        damagedFiles: fc.array(fc.string()),
        verification: fc.option(
          fc.record({ verifiedAt: fc.nat(), badPieces: fc.nat(), pieces: fc.nat() }),
        ),
        reachability: fc.record({
          state: fc.constantFrom('closed', 'open', 'mapped', 'not-mapped', 'unknown'),
          problem: fc.option(fc.string()),
        }),
        dhtProblem: fc.option(fc.string()),
        outsideTrackers: fc.array(
          fc.record({
            url: fc.string(),
            verdict: fc.constantFrom('answers', 'fails', 'late', 'unknown'),
            message: fc.option(fc.string()),
            askedAt: fc.option(fc.nat()),
            overdueSince: fc.option(fc.nat()),
          }),
        ),
        trackerLists: fc.boolean(),
        otherSeeds: fc.nat({ max: 10 }),
        leechers: fc.nat({ max: 10 }),
        lastUploadAt: fc.option(fc.nat({ max: now })),
        times: fc.record({
          look: fc.option(fc.nat()),
          peerPort: fc.option(fc.nat()),
          router: fc.option(fc.nat()),
        }),
      }),
      (facts) => {
        const { state, reasons } = assessHealth(facts, now);
        expect(state).toBe(reasons[0]?.state ?? 'healthy');
      },
    ),
  );
});
