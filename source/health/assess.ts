/** What is wrong with one file of a publication, as found on disk. */
export interface DataFault {
  /** The file, absolute. */
  path: string;
  kind: 'missing' | 'changed' | 'unreadable';
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
  /** The everseed's peer port accepts connections. */
  peerPortListening: boolean;
  /** Our tracker hands the everseed out for this publication. */
  trackerLists: boolean;
  /** Seeds the tracker knows of, the everseed left out. */
  otherSeeds: number;
  leechers: number;
  /** When payload was last sent to anyone. */
  lastUploadAt: number | null;
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
}

export interface HealthAssessment {
  state: HealthState;
  /** What decided it, the worst first; empty when nothing is to be said. */
  reasons: HealthReason[];
}

/** The seeds besides the everseed from which on a publication would survive it comfortably. */
const safeSeeds = 3;

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
    ...serviceReasons(facts),
    ...swarmReasons(facts, now),
  ].sort((a, b) => severity.indexOf(a.state) - severity.indexOf(b.state));
  if (facts.paused) {
    const damage = reasons.filter((one) => one.state === 'dead' || one.state === 'degraded');
    return { state: 'paused', reasons: [pausedReason, ...damage] };
  }
  return { state: reasons[0]?.state ?? 'healthy', reasons };
}

const pausedReason: HealthReason = {
  code: 'paused',
  state: 'paused',
  text: 'it is paused: nobody is served',
  advice: 'resume it to serve it again',
};

function dataReasons({ dataFaults, files, servingFault, otherSeeds }: HealthFacts): HealthReason[] {
  const state = otherSeeds > 0 ? 'degraded' : 'dead';
  if (!dataFaults?.length) {
    if (!servingFault) return [];
    const advice = 'it is tried again by itself; see also: everseed logs';
    return [{ code: 'data-unservable', state, text: servingFault, advice }];
  }
  const remedy: Record<DataFault['kind'], { what: string; advice: string }> = {
    missing: { what: 'missing', advice: 'put it back where it was, unchanged' },
    changed: {
      what: 'not what was published',
      advice: 'put the published version back, or publish the new one',
    },
    unreadable: { what: 'unreadable', advice: "make it readable for the engine's user" },
  };
  return (['missing', 'changed', 'unreadable'] as const).flatMap((kind) => {
    const faulty = dataFaults.filter((fault) => fault.kind === kind);
    const [first] = faulty;
    if (!first) return [];
    const { what, advice } = remedy[kind];
    const text =
      faulty.length === 1
        ? `${first.path} is ${what}`
        : `${faulty.length} of ${files} files are ${what}, such as ${first.path}`;
    return [{ code: `data-${kind}`, state, text, advice }];
  });
}

function serviceReasons(facts: HealthFacts): HealthReason[] {
  const reasons: HealthReason[] = [];
  if (!facts.peerPortListening) {
    reasons.push({
      code: 'port-closed',
      state: 'unreachable',
      text: 'the everseed accepts no peers',
      advice: 'see why with: everseed logs',
    });
  }
  if (!facts.paused && !facts.trackerLists) {
    reasons.push({
      code: 'tracker-silent',
      state: 'unreachable',
      text: 'the tracker does not name the everseed to those who ask',
      advice: 'see why with: everseed logs',
    });
  }
  return reasons;
}

function swarmReasons(facts: HealthFacts, now: number): HealthReason[] {
  const reasons: HealthReason[] = [];
  const { otherSeeds, leechers, createdAt } = facts;
  const quietSince = Math.max(facts.lastUploadAt ?? createdAt, createdAt);
  if (leechers > 0 && now - quietSince > stuckAfterMs) {
    reasons.push({
      code: 'leechers-stuck',
      state: 'unreachable',
      text: `${leechers === 1 ? 'a leecher waits' : `${leechers} leechers wait`}, and nothing has been sent for ${Math.floor((now - quietSince) / 60_000)} minutes`,
      advice: 'check that the peer port is open to the outside (firewall, port forwarding)',
    });
  }
  const isNew = now - createdAt < newForMs;
  if (otherSeeds === 0 && !isNew) {
    reasons.push({
      code: 'sole-seed',
      state: 'sole-seed',
      text: 'the everseed is the only seed',
      advice: 'keep it running; ask someone who has it to seed as well',
    });
  } else if (otherSeeds > 0 && otherSeeds < safeSeeds && !isNew) {
    reasons.push({
      code: 'few-seeds',
      state: 'at-risk',
      text: `only ${otherSeeds === 1 ? 'one other seed' : `${otherSeeds} other seeds`}`,
      advice: 'ask someone who has it to seed as well',
    });
  }
  return reasons;
}
