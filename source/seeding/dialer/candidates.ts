import { isIP, isIPv4 } from 'node:net';
import { type PeerAddress, plainAddress } from '../listener/peer-address.ts';
import { isHearsay, type Naming, quotasOfPublication, quotasOverall } from './quotas.ts';

/** A peer that may be connected to for a publication. */
export interface Candidate extends PeerAddress, Naming {
  /** By which of the publication's info hashes the peer was named; hex. */
  readonly infoHash: string;
  /** Connections in a row that came to nothing. */
  failures: number;
  /** It is there, and wants nothing. */
  resting: boolean;
  /** When it may be tried. */
  dueAt: number;
  /** It is being tried. */
  trying: boolean;
}

/** A peer as it is named, and by whom. */
interface NamedPeer extends Naming {
  infoHash: string;
  address: PeerAddress;
}

/** Peers that are named connect to us themselves, most often; they get some seconds for it. */
const graceMs = 5_000;
/** After a failure, and twice as long after each further one. */
const firstRetryMs = 60_000;
const maxFailures = 5;
/** Seeds, and those that never answer, are left alone for so long. */
const restMs = 3_600_000;

const maxInAll = 20_000;

/**
 * The peers that were named to us and that we are not connected to, each with when to try it.
 * Places for them are few: each source and each peer that names others has a quota of them, and
 * those of whom we have only heard go for those whom a tracker names.
 */
export class Candidates {
  /** By publication and address, those tried last at the end. */
  readonly #all = new Map<string, Candidate>();
  readonly #byPublication = new Map<number, Set<Candidate>>();
  /** Those of whom we have only heard, the oldest first. */
  readonly #hearsay = new Set<Candidate>();
  /** How many there are of what has a quota. */
  readonly #counts = new Map<string, number>();

  /** How many there are, those being left alone among them. */
  get size(): number {
    return this.#all.size;
  }

  /** Takes a peer that was named; one that is known, or nowhere, or too many changes nothing. */
  add({ address, ...named }: NamedPeer, now: number): void {
    const { port } = address;
    const host = plainAddress(address.host);
    if (!isSomewhere({ host, port })) return;
    const key = keyOf(named.id, { host, port });
    if (this.#all.has(key)) return;
    const candidate = {
      ...named,
      host,
      port,
      failures: 0,
      resting: false,
      dueAt: now + graceMs,
      trying: false,
    };
    if (!this.#makeRoom(candidate)) return;
    this.#all.set(key, candidate);
    const ofPublication = this.#byPublication.get(candidate.id);
    if (ofPublication) ofPublication.add(candidate);
    else this.#byPublication.set(candidate.id, new Set([candidate]));
    if (isHearsay(candidate.source)) this.#hearsay.add(candidate);
    this.#count(candidate, 1);
  }

  /**
   * Those that may be tried now and that `wanted` wants, as many as there are to be had. Those that
   * trackers and the local network name come first: of the others we have only heard.
   */
  *due(now: number, wanted: (candidate: Candidate) => boolean): Generator<Candidate> {
    // Copies: what is done with one changes the order.
    const inTurn = [...this.#all.values()];
    const told = inTurn.filter(({ source }) => !isHearsay(source));
    const heard = inTurn.filter(({ source }) => isHearsay(source));
    for (const candidate of [...told, ...heard]) {
      if (candidate.trying || candidate.dueAt > now) continue;
      if (candidate.failures >= maxFailures || candidate.resting) this.#remove(candidate);
      else if (wanted(candidate)) yield candidate;
    }
  }

  /** It is being tried now. */
  begin(candidate: Candidate): void {
    candidate.trying = true;
    const key = keyOf(candidate.id, candidate);
    if (this.#all.delete(key)) this.#all.set(key, candidate);
  }

  /** The try came to nothing. */
  failed(candidate: Candidate, now: number): void {
    candidate.trying = false;
    candidate.failures++;
    const delay = firstRetryMs * 2 ** (candidate.failures - 1);
    candidate.dueAt = now + (candidate.failures >= maxFailures ? restMs : delay);
  }

  /** It is connected; when that ends it may be tried again, as late as after a failure. */
  connected(candidate: Candidate, now: number): void {
    candidate.trying = false;
    candidate.failures = 0;
    candidate.dueAt = now + firstRetryMs;
  }

  /** It wants nothing, as it has all, or is ourselves: it is left alone for long. */
  rest(id: number, address: PeerAddress, now: number): void {
    const candidate = this.#all.get(keyOf(id, address));
    if (!candidate) return;
    candidate.trying = false;
    candidate.resting = true;
    candidate.dueAt = now + restMs;
  }

  /** Forgets those of a publication. */
  forget(id: number): void {
    for (const candidate of [...(this.#byPublication.get(id) ?? [])]) this.#remove(candidate);
  }

  /** Whether there is room for another, for which others that are worth less may have to go. */
  #makeRoom(candidate: Candidate): boolean {
    if (quotasOverall(candidate).some((quota) => this.#isFull(quota))) return false;
    for (const quota of quotasOfPublication(candidate)) {
      if (!this.#isFull(quota)) continue;
      const victim = this.#byPublication
        .get(candidate.id)
        ?.values()
        .find((one) => counts(one, quota.name) && mayGoFor(one, candidate));
      if (!victim) return false;
      this.#remove(victim);
    }
    if (this.#all.size < maxInAll) return true;
    if (isHearsay(candidate.source)) return false;
    const oldest = this.#hearsay.values().find(({ trying }) => !trying);
    if (oldest) this.#remove(oldest);
    return oldest !== undefined;
  }

  #isFull({ name, most }: { name: string; most: number }): boolean {
    return (this.#counts.get(name) ?? 0) >= most;
  }

  #remove(candidate: Candidate): void {
    if (!this.#all.delete(keyOf(candidate.id, candidate))) return;
    const ofPublication = this.#byPublication.get(candidate.id);
    ofPublication?.delete(candidate);
    if (ofPublication?.size === 0) this.#byPublication.delete(candidate.id);
    this.#hearsay.delete(candidate);
    this.#count(candidate, -1);
  }

  #count(candidate: Candidate, change: 1 | -1): void {
    for (const { name } of [...quotasOfPublication(candidate), ...quotasOverall(candidate)]) {
      const count = (this.#counts.get(name) ?? 0) + change;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
  }
}

/** Whether a candidate counts for a quota of its publication. */
function counts(candidate: Candidate, quota: string): boolean {
  return quotasOfPublication(candidate).some(({ name }) => name === quota);
}

/** Whether one is worth less than a newcomer: we have only heard of it, or it was not reached. */
function mayGoFor(one: Candidate, newcomer: Candidate): boolean {
  if (one.trying) return false;
  const heard = isHearsay(one.source);
  if (heard !== isHearsay(newcomer.source)) return heard;
  return one.failures > 0 && !one.resting;
}

function keyOf(id: number, { host, port }: PeerAddress): string {
  return `${id}/${host}/${port}`;
}

/** Whether it can be an address of somebody: names are not looked up for strangers. */
function isSomewhere({ host, port }: PeerAddress): boolean {
  if (isIP(host) === 0 || !Number.isInteger(port) || port < 1 || port > 65_535) return false;
  // 0.0.0.0/8 is this host, 224.0.0.0/4 and above are groups, as are ff00::/8
  const first = Number.parseInt(host, 10);
  return isIPv4(host) ? first > 0 && first < 224 : host !== '::' && !/^ff/i.test(host);
}
