import type { AnnounceAnswer, AnnounceRequest } from './announce.ts';
import { AnnounceError } from './announce.ts';
import type { IpFamily } from './compact-addresses.ts';
import { HostResolver, type Resolver } from './host-resolver.ts';
import { HttpAnnouncer } from './http-announcer.ts';
import type { TrackerUrl } from './tracker-url.ts';
import { UdpAnnouncer } from './udp-announcer.ts';

/** How long a family is left alone by which a tracker fails, while it answers by the other. */
const avoidMs = 60 * 60_000;

interface TrackerClientOptions {
  userAgent: string;
  /** The local addresses to announce from, by family; a family without one is not used. */
  bind: Partial<Record<IpFamily, string>>;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** Who looks up hosts; the system unless given. */
  resolver?: Resolver;
  /** Instead of those of the protocols, in tests. */
  timeouts?: { udpFirstMs: number; httpMs: number };
}

/**
 * Announces to other people's trackers by HTTP and UDP, over IPv4 and IPv6 where a tracker has
 * both: to it those are two peers, and each is told to peers of its family.
 */
export class TrackerClient {
  readonly #options: TrackerClientOptions;
  readonly #resolver: Resolver;
  readonly #http: HttpAnnouncer;
  readonly #udp: UdpAnnouncer;
  /** Until when a family of a host is not used, by host and family. */
  readonly #avoided = new Map<string, number>();

  constructor(options: TrackerClientOptions) {
    const { bind, now, userAgent, timeouts } = options;
    this.#options = options;
    this.#resolver = options.resolver ?? new HostResolver(now);
    this.#http = new HttpAnnouncer({
      resolver: this.#resolver,
      userAgent,
      bind,
      ...(timeouts && { deadlineMs: timeouts.httpMs }),
    });
    this.#udp = new UdpAnnouncer({
      bind,
      now,
      ...(timeouts && { firstTimeoutMs: timeouts.udpFirstMs }),
    });
  }

  /**
   * Announces by every family that this machine and the tracker have, and gives the answers as
   * one; it is an answer when there is one by either.
   *
   * @throws AnnounceError when there is none
   */
  async announce(tracker: TrackerUrl, request: AnnounceRequest): Promise<AnnounceAnswer> {
    const addresses = await this.#resolver.resolve(tracker.host);
    const families = ([4, 6] as const).filter(
      (family) => addresses[family] !== undefined && this.#options.bind[family] !== undefined,
    );
    if (families.length === 0) {
      throw new AnnounceError(
        'unreachable',
        `${tracker.host} has no address that ${Object.keys(this.#options.bind).map((family) => `IPv${family}`)} reaches`,
      );
    }
    const used = families.filter((family) => !this.#isAvoided(tracker, family));
    const tried = used.length > 0 ? used : families;
    const results = await Promise.allSettled(
      tried.map((family) => this.#announceBy(family, addresses[family] ?? '', tracker, request)),
    );
    const answers = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled' || answers.length === 0) continue;
      this.#avoided.set(`${tracker.host} ${tried[index]}`, this.#options.now() + avoidMs);
    }
    if (answers.length > 0) return answers.reduce(merge);
    throw results.map((one) => (one.status === 'rejected' ? one.reason : null)).find(Boolean);
  }

  /** Ends everything under way as failed. */
  async close(): Promise<void> {
    this.#http.close();
    await this.#udp.close();
  }

  #announceBy(
    family: IpFamily,
    address: string,
    { protocol, url, port }: TrackerUrl,
    request: AnnounceRequest,
  ): Promise<AnnounceAnswer> {
    if (protocol === 'http') return this.#http.announce(url, family, request);
    const urlData = `${url.pathname}${url.search}`;
    return this.#udp.announce({ family, address, port }, urlData, request);
  }

  #isAvoided({ host }: TrackerUrl, family: IpFamily): boolean {
    return (this.#avoided.get(`${host} ${family}`) ?? 0) > this.#options.now();
  }
}

/** Two answers of one tracker: what it counts, it counts in both. */
function merge(a: AnnounceAnswer, b: AnnounceAnswer): AnnounceAnswer {
  return {
    interval: Math.min(a.interval, b.interval),
    minInterval: Math.max(a.minInterval, b.minInterval),
    seeds: larger(a.seeds, b.seeds),
    leechers: larger(a.leechers, b.leechers),
    peers: [...a.peers, ...b.peers],
    trackerId: a.trackerId ?? b.trackerId,
    warning: a.warning ?? b.warning,
    externalAddresses: [...a.externalAddresses, ...b.externalAddresses],
  };
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
