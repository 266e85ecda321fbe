/** What is wrong with one file of a publication, as found on disk. */
export interface DataFault {
  /** The file, absolute. */
  path: string;
  kind: 'missing' | 'changed' | 'replaced' | 'unreadable';
}

/** What has been measured of a publication. Times in milliseconds since the epoch. */
export interface HealthFacts {
  paused: boolean;
  createdAt: number;
  /** Faults found by the last look at the data; null before the first look. */
  dataFaults: readonly DataFault[] | null;
  files: number;
  /** What kept the seeder from serving some of the data, as it says; null when nothing does. */
  servingFault: string | null;
  /** What comparing the data with its pieces last came to; null if it never was. */
  verification: { verifiedAt: number; badPieces: number; pieces: number } | null;
  /** The files that are to blame for the bad pieces, as far as it is known. */
  damagedFiles: readonly string[];
  /** Whether people elsewhere can connect to the everseed, as far as that is known. */
  reachability: {
    state: 'closed' | 'open' | 'mapped' | 'not-mapped' | 'unknown';
    /** Why the router does not pass the peer port on. */
    problem: string | null;
  };
  /** Why it is not announced in the DHT, where it should be. */
  dhtProblem: string | null;
  /** Our tracker hands the everseed out for this publication. */
  trackerLists: boolean;
  /** The trackers it is announced to besides ours; none while it is paused. */
  outsideTrackers: readonly OutsideTracker[];
  /** Seeds the tracker knows of, the everseed left out. */
  otherSeeds: number;
  leechers: number;
  /** When payload was last sent to anyone. */
  lastUploadAt: number | null;
  times: FactTimes;
}

/** How a tracker that is not ours stands. */
export interface OutsideTracker {
  url: string;
  /** `unknown`: it was not asked yet; `late`: it should have been announced to by now. */
  verdict: 'answers' | 'fails' | 'late' | 'unknown';
  /** Why it fails, as it says or as the network does. */
  message: string | null;
  /** When it was last asked; null before that. */
  askedAt: number | null;
  /** Since when it should have been, if it is late. */
  overdueSince: number | null;
}

/** When the facts that are looked at from time to time were; null when they never were. */
export interface FactTimes {
  /** The data, and what the tracker answers. */
  look: number | null;
  peerPort: number | null;
  router: number | null;
}

/** From worst to best; `paused` is no judgement. */
const severity = [
  'dead',
  'degraded',
  'unreachable',
  'sole-seed',
  'at-risk',
  'healthy',
  'paused',
] as const;

export type HealthState = (typeof severity)[number];

export interface HealthReason {
  code: string;
  /** The state that this reason alone would cause. */
  state: HealthState;
  text: string;
  advice: string | null;
  /** How it is known, in words. */
  source: string;
  /** When it was looked at; null when it is watched all the time. */
  measuredAt: number | null;
}

/** A reason, and which fact it comes from. */
type Finding = Omit<HealthReason, 'source' | 'measuredAt'> & {
  from: keyof typeof sources;
  /** Where the facts are of different times, when this one was looked at. */
  at?: number | null;
};

const sources = {
  request: { source: 'it was asked for', time: () => null },
  data: { source: 'a look at the files', time: ({ look }: FactTimes) => look },
  serving: { source: 'the seeder, while it served', time: () => null },
  verifying: { source: 'comparing the data with its pieces', time: () => null },
  peerPort: {
    source: 'a connection to the peer port',
    time: ({ peerPort }: FactTimes) => peerPort,
  },
  tracker: { source: 'asking the tracker as a leecher would', time: ({ look }: FactTimes) => look },
  outsideTracker: { source: 'announcing to it', time: () => null },
  router: { source: 'asking the router', time: ({ router }: FactTimes) => router },
  dht: { source: 'listening at the port of the DHT', time: () => null },
  swarm: { source: 'the peers that announce to the tracker', time: () => null },
  traffic: { source: 'what was sent, and who announces', time: () => null },
} as const;

export interface HealthAssessment {
  state: HealthState;
  /** What decided it, the worst first; empty when nothing is to be said. */
  reasons: HealthReason[];
}

/** The seeds besides the everseed from which on a publication would survive it comfortably. */
const safeSeeds = 3;

/** Of more trackers that fail than these it is only said how many there are. */
const mostTrackersNamed = 3;

/** Leechers that wait this long without being sent anything are stuck. */
const stuckAfterMs = 10 * 60 * 1000;

/** A new publication has had no time to find other seeds. */
const newForMs = 60 * 60 * 1000;

/**
 * Judges a publication: the worst reason decides its state. Pure: the same facts at the same
 * time give the same answer.
 */
export function assessHealth(facts: HealthFacts, now: number): HealthAssessment {
  const reasons = [
    ...dataReasons(facts),
    ...pieceReasons(facts),
    ...serviceReasons(facts),
    ...dhtReasons(facts),
    ...outsideTrackerReasons(facts, now),
    ...swarmReasons(facts, now),
  ]
    .sort((a, b) => severity.indexOf(a.state) - severity.indexOf(b.state))
    .map((finding) => reasonOf(finding, facts.times));
  if (facts.paused) {
    const damage = reasons.filter((one) => one.state === 'dead' || one.state === 'degraded');
    return { state: 'paused', reasons: [reasonOf(pausedFinding, facts.times), ...damage] };
  }
  return { state: reasons[0]?.state ?? 'healthy', reasons };
}

function reasonOf({ from, at, ...reason }: Finding, times: FactTimes): HealthReason {
  const { source, time } = sources[from];
  return { ...reason, source, measuredAt: at ?? time(times) };
}

const pausedFinding: Finding = {
  from: 'request',
  code: 'paused',
  state: 'paused',
  text: 'it is paused: nobody is served',
  advice: 'resume it to serve it again',
};

function dataReasons({ dataFaults, files, servingFault, otherSeeds }: HealthFacts): Finding[] {
  const state = otherSeeds > 0 ? 'degraded' : 'dead';
  if (!dataFaults?.length) {
    if (!servingFault) return [];
    const advice = 'it is tried again by itself; see also: everseed logs';
    return [{ from: 'serving', code: 'data-unservable', state, text: servingFault, advice }];
  }
  const remedy: Record<DataFault['kind'], { what: string; advice: string }> = {
    missing: { what: 'missing', advice: 'put it back where it was, unchanged' },
    changed: {
      what: 'not what was published',
      advice:
        'put the published version back; if it is the same, verify it; if it is not, publish the new one',
    },
    replaced: {
      what: 'another file than was published, of the same size and time',
      advice: 'nothing, while it is verified by itself; else verify it',
    },
    unreadable: { what: 'unreadable', advice: "make it readable for the engine's user" },
  };
  return (['missing', 'changed', 'replaced', 'unreadable'] as const).flatMap((kind) => {
    const faulty = dataFaults.filter((fault) => fault.kind === kind);
    const [first] = faulty;
    if (!first) return [];
    const { what, advice } = remedy[kind];
    const text =
      faulty.length === 1
        ? `${first.path} is ${what}`
        : `${faulty.length} of ${files} files are ${what}, such as ${first.path}`;
    return [{ from: 'data', code: `data-${kind}`, state, text, advice }];
  });
}

function pieceReasons({ verification, damagedFiles, otherSeeds }: HealthFacts): Finding[] {
  if (!verification || verification.badPieces === 0) return [];
  const { badPieces, pieces, verifiedAt } = verification;
  const [first] = damagedFiles;
  const files = damagedFiles.length === 1 ? first : `${damagedFiles.length} files such as ${first}`;
  const where = first === undefined ? '' : `, in ${files},`;
  const which =
    badPieces === 1
      ? `a piece of ${pieces}${where} is`
      : `${badPieces} of ${pieces} pieces${where} are`;
  return [
    {
      from: 'verifying',
      code: 'pieces-bad',
      state: otherSeeds > 0 ? 'degraded' : 'dead',
      text: `${which} missing or wrong, and not served`,
      advice: 'put the published data back, then verify it',
      at: verifiedAt,
    },
  ];
}

function serviceReasons(facts: HealthFacts): Finding[] {
  const reasons: Finding[] = [];
  const { state: reach, problem } = facts.reachability;
  if (reach === 'closed') {
    reasons.push({
      from: 'peerPort',
      code: 'port-closed',
      state: 'unreachable',
      text: 'the everseed accepts no peers',
      advice: 'see why with: everseed logs',
    });
  }
  if (reach === 'not-mapped') {
    const why = problem === null ? '' : ` (${problem})`;
    reasons.push({
      from: 'router',
      code: 'port-not-mapped',
      state: 'at-risk',
      text: `the router does not pass the peer port on${why}, and nobody has connected from outside yet`,
      advice: 'have the router forward the port to this machine, or allow UPnP or NAT-PMP there',
    });
  }
  if (!facts.paused && !facts.trackerLists) {
    reasons.push({
      from: 'tracker',
      code: 'tracker-silent',
      state: 'unreachable',
      text: 'the tracker does not name the everseed to those who ask',
      advice: 'see why with: everseed logs',
    });
  }
  return reasons;
}

/** Worth knowing only: the tracker tells of the everseed, too. */
function dhtReasons({ dhtProblem }: HealthFacts): Finding[] {
  if (dhtProblem === null) return [];
  return [
    {
      from: 'dht',
      code: 'dht-off',
      state: 'healthy',
      text: `it is not announced in the DHT: ${dhtProblem}`,
      advice: 'once that is mended, stop the engine and start it again',
    },
  ];
}

/** A tracker that fails, or is late, matters when none answers; else it is only worth knowing. */
function outsideTrackerReasons({ outsideTrackers }: HealthFacts, now: number): Finding[] {
  const failing = outsideTrackers.filter(({ verdict }) => verdict === 'fails');
  const late = outsideTrackers.filter(({ verdict }) => verdict === 'late');
  const allFail = failing.length + late.length === outsideTrackers.length;
  const reason = { from: 'outsideTracker', code: 'tracker-fails' } as const;
  const state = allFail ? 'at-risk' : 'healthy';
  const named = failing.slice(0, mostTrackersNamed).map(
    ({ url, message, askedAt }): Finding => ({
      ...reason,
      state,
      text: `the tracker ${url} fails: ${message ?? 'it does not say why'}`,
      advice: allFail
        ? 'it is asked again by itself; if it is gone for good, publish with another one'
        : 'nothing, while others answer: it is asked again by itself',
      at: askedAt,
    }),
  );
  named.push(...late.slice(0, mostTrackersNamed - named.length).map(lateTracker(state, now)));
  const unnamed = failing.length + late.length - named.length;
  if (unnamed === 0) return named;
  const isOne = unnamed === 1;
  const orLate = late.length === 0 ? '' : ` or ${isOne ? 'is' : 'are'} late`;
  const more: Finding = {
    ...reason,
    state,
    text: `${unnamed} more of its ${outsideTrackers.length} outside trackers ${isOne ? 'fails' : 'fail'}${orLate}`,
    advice: 'how each stands is on the tab Trackers of the dashboard',
  };
  return [...named, more];
}

/** Since when which tracker should have been announced to. */
function lateTracker(state: HealthState, now: number) {
  return ({ url, askedAt, overdueSince }: OutsideTracker): Finding => {
    const minutes = Math.floor((now - (overdueSince ?? now)) / 60_000);
    const since = overdueSince === null ? '' : ` since ${new Date(overdueSince).toISOString()}`;
    const what = askedAt === null ? 'the first announce' : 'an announce';
    return {
      from: 'outsideTracker',
      code: 'tracker-overdue',
      state,
      text: `${what} to the tracker ${url} is overdue${since}, for ${minutes} minutes`,
      advice:
        'it is announced when its turn comes: the tracker is slow, or very many announce to it',
      at: askedAt,
    };
  };
}

function swarmReasons(facts: HealthFacts, now: number): Finding[] {
  const reasons: Finding[] = [];
  const { otherSeeds, leechers, createdAt } = facts;
  const quietSince = Math.max(facts.lastUploadAt ?? createdAt, createdAt);
  if (leechers > 0 && now - quietSince > stuckAfterMs) {
    reasons.push({
      from: 'traffic',
      code: 'leechers-stuck',
      state: 'unreachable',
      text: `${leechers === 1 ? 'a leecher waits' : `${leechers} leechers wait`}, and nothing has been sent for ${Math.floor((now - quietSince) / 60_000)} minutes`,
      advice: 'check that the peer port is open to the outside (firewall, port forwarding)',
    });
  }
  const isNew = now - createdAt < newForMs;
  if (otherSeeds === 0 && !isNew) {
    reasons.push({
      from: 'swarm',
      code: 'sole-seed',
      state: 'sole-seed',
      text: 'the everseed is the only seed',
      advice: 'keep it running; ask someone who has it to seed as well',
    });
  } else if (otherSeeds > 0 && otherSeeds < safeSeeds && !isNew) {
    reasons.push({
      from: 'swarm',
      code: 'few-seeds',
      state: 'at-risk',
      text: `only ${otherSeeds === 1 ? 'one other seed' : `${otherSeeds} other seeds`}`,
      advice: 'ask someone who has it to seed as well',
    });
  }
  return reasons;
}
