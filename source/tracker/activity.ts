import type { AnnounceEvent, Protocol } from './announce.ts';

/** What became of a request: `limited` says that its sender asked too often. */
export type Outcome = 'answered' | 'refused' | 'malformed' | 'limited';

export const protocols: readonly Protocol[] = ['http', 'udp', 'websocket'];
/** Upper bounds of the latency histogram, in seconds. */
export const latencyBounds: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05,
];

/** How long the answers took to make. */
export interface Latency {
  /** How many took up to the bound at the same place; one more at the end for the rest. */
  counts: number[];
  seconds: number;
}

/** What one protocol was asked. */
export interface Requests {
  /** Announces that were answered, by event. */
  announces: Record<AnnounceEvent, number>;
  /** Those that were refused. */
  refusedAnnounces: Record<AnnounceEvent, number>;
  scrapes: number;
  /** Requests of any kind, by what became of them. */
  outcomes: Record<Outcome, number>;
}

/** Since the start. */
export interface ProtocolActivity extends Requests {
  /** Announces per second, of the last seconds. */
  announceRate: number;
}

export interface ActivityReport {
  protocols: Record<Protocol, ProtocolActivity>;
  /** What was asked since the first start. */
  totals: Record<Protocol, Requests>;
  /** Of announces; of every 16th, so that measuring costs little. */
  latency: Latency;
  /** Connection ids that were given out over UDP, and requests with one that is not good. */
  connectionIds: { issued: number; rejected: number };
  /** Requests over HTTP that were answered with an error, by its status. */
  httpErrors: [status: number, count: number][];
}

const sampled = 16;
/** How much of the old rate is left after a second. */
const rateMemory = 0.8;

/** Counts what the tracker does. */
export class Activity {
  readonly #now: () => number;
  readonly #protocols: Record<Protocol, ProtocolActivity & { before: number }> = {
    http: newActivity(),
    udp: newActivity(),
    websocket: newActivity(),
  };
  /** What was asked before this start, by name. */
  #before: ReadonlyMap<string, number> = new Map();
  readonly #latency: Latency = { counts: Array(latencyBounds.length + 1).fill(0), seconds: 0 };
  /** To be counted up by who issues and checks them. */
  readonly connectionIds = { issued: 0, rejected: 0 };
  readonly #httpErrors = new Map<number, number>();
  #untilSample = sampled;
  #tickedAt: number;

  /** `now` gives milliseconds with fractions, of a clock that is never set back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#tickedAt = now();
  }

  count(protocol: Protocol, outcome: Outcome): void {
    this.#protocols[protocol].outcomes[outcome]++;
  }

  scraped(protocol: Protocol): void {
    this.#protocols[protocol].scrapes++;
    this.count(protocol, 'answered');
  }

  announced(protocol: Protocol, event: AnnounceEvent): void {
    this.#protocols[protocol].announces[event]++;
    this.count(protocol, 'answered');
  }

  /** An announce was refused, for what it says or does not say. */
  refused(protocol: Protocol, event: AnnounceEvent): void {
    this.#protocols[protocol].refusedAnnounces[event]++;
    this.count(protocol, 'refused');
  }

  /** A request over HTTP was answered with this status, of 400 or more. */
  httpError(status: number): void {
    this.#httpErrors.set(status, (this.#httpErrors.get(status) ?? 0) + 1);
  }

  /**
   * Begins to measure how long an answer takes: gives the time, or, of all but some answers, null.
   * To be given to `measured` when it is made.
   */
  measure(): number | null {
    if (--this.#untilSample > 0) return null;
    this.#untilSample = sampled;
    return this.#now();
  }

  measured(begun: number | null): void {
    if (begun !== null) this.#sample((this.#now() - begun) / 1000);
  }

  /** Brings the rates up to date; to be called about once a second. */
  tick(): void {
    const now = this.#now();
    const seconds = (now - this.#tickedAt) / 1000;
    if (seconds <= 0) return;
    this.#tickedAt = now;
    const kept = rateMemory ** seconds;
    for (const protocol of protocols) {
      const activity = this.#protocols[protocol];
      const total = sum(activity.announces);
      const rate = (total - activity.before) / seconds;
      activity.announceRate = activity.announceRate * kept + rate * (1 - kept);
      activity.before = total;
    }
  }

  /** Announces per second over all protocols, of the last seconds. */
  get announceRate(): number {
    return protocols.reduce((rate, protocol) => rate + this.#protocols[protocol].announceRate, 0);
  }

  /** What was asked since the first start, by name: to be kept, and given to `restore` at the next. */
  totals(): Map<string, number> {
    const counts = protocols.flatMap((protocol) =>
      Array.from(namedCounts(protocol, this.#protocols[protocol])),
    );
    return new Map(counts.map(([name, count]) => [name, count + (this.#before.get(name) ?? 0)]));
  }

  restore(totals: ReadonlyMap<string, number>): void {
    this.#before = new Map(totals);
  }

  report(): ActivityReport {
    const reportOf = ({ before: _, ...activity }: ProtocolActivity & { before: number }) =>
      structuredClone(activity);
    const totals = this.totals();
    return {
      protocols: {
        http: reportOf(this.#protocols.http),
        udp: reportOf(this.#protocols.udp),
        websocket: reportOf(this.#protocols.websocket),
      },
      totals: {
        http: requestsIn(totals, 'http'),
        udp: requestsIn(totals, 'udp'),
        websocket: requestsIn(totals, 'websocket'),
      },
      latency: structuredClone(this.#latency),
      connectionIds: { ...this.connectionIds },
      httpErrors: [...this.#httpErrors].toSorted(([a], [b]) => a - b),
    };
  }

  #sample(seconds: number): void {
    const place = latencyBounds.findIndex((bound) => seconds <= bound);
    const index = place < 0 ? latencyBounds.length : place;
    this.#latency.counts[index] = (this.#latency.counts[index] ?? 0) + 1;
    this.#latency.seconds += seconds;
  }
}

function newActivity(): ProtocolActivity & { before: number } {
  return { ...noRequests(), announceRate: 0, before: 0 };
}

function noRequests(): Requests {
  return {
    announces: { none: 0, started: 0, stopped: 0, completed: 0, paused: 0 },
    refusedAnnounces: { none: 0, started: 0, stopped: 0, completed: 0, paused: 0 },
    scrapes: 0,
    outcomes: { answered: 0, refused: 0, malformed: 0, limited: 0 },
  };
}

/** Each count by a name of its own. */
function* namedCounts(protocol: Protocol, requests: Requests): Generator<[string, number]> {
  const { announces, refusedAnnounces, scrapes, outcomes } = requests;
  for (const [event, count] of Object.entries(announces)) {
    yield [`${protocol} announces ${event}`, count];
  }
  for (const [event, count] of Object.entries(refusedAnnounces)) {
    yield [`${protocol} refused announces ${event}`, count];
  }
  yield [`${protocol} scrapes`, scrapes];
  for (const [outcome, count] of Object.entries(outcomes)) yield [`${protocol} ${outcome}`, count];
}

/** The counts of a protocol out of the named ones. */
function requestsIn(named: ReadonlyMap<string, number>, protocol: Protocol): Requests {
  const of = (name: string) => named.get(`${protocol} ${name}`) ?? 0;
  const { announces, refusedAnnounces, outcomes } = noRequests();
  for (const event of Object.keys(announces) as AnnounceEvent[]) {
    announces[event] = of(`announces ${event}`);
    refusedAnnounces[event] = of(`refused announces ${event}`);
  }
  for (const outcome of Object.keys(outcomes) as Outcome[]) outcomes[outcome] = of(outcome);
  return { announces, refusedAnnounces, scrapes: of('scrapes'), outcomes };
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
