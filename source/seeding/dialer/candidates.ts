import { isIP, isIPv4 } from 'node:net';
import { type PeerAddress, plainAddress } from '../listener/peer-address.ts';

/** Who named a peer: a tracker, ours included, the DHT, the local network, or another peer (BEP 11). */
export type PeerNamer = 'tracker' | 'dht' | 'lsd' | 'pex';

/** A peer that may be connected to for a publication. */
export interface Candidate extends PeerAddress {
  /** The publication. */
  readonly id: number;
  /** By which of its info hashes the peer was named; hex. */
  readonly infoHash: string;
  /** Who named it first. */
  readonly source: PeerNamer;
  /** Connections in a row that came to nothing. */
  failures: number;
  /** When it may be tried. */
  dueAt: number;
  /** It is being tried. */
  trying: boolean;
}

/** Peers that are named connect to us themselves, most often; they get some seconds for it. */
const graceMs = 5_000;
/** After a failure, and twice as long after each further one. */
const firstRetryMs = 60_000;
const maxFailures = 5;
/** Seeds, and those that never answer, are left alone for so long. */
const restMs = 3_600_000;

const maxPerPublication = 200;
const maxInAll = 20_000;

/** The peers that were named to us and that we are not connected to, each with when to try it. */
export class Candidates {
  /** By publication and address, those tried last at the end. */
  readonly #all = new Map<string, Candidate>();
  readonly #counts = new Map<number, number>();

  /** How many there are, those being left alone among them. */
  get size(): number {
    return this.#all.size;
  }

  /** Takes a peer that was named; one that is known, or nowhere, or too many changes nothing. */
  add(id: number, infoHash: string, source: PeerNamer, named: PeerAddress, now: number): void {
    const { port } = named;
    const host = plainAddress(named.host);
    if (!isSomewhere({ host, port })) return;
    const key = keyOf(id, { host, port });
    const count = this.#counts.get(id) ?? 0;
    if (this.#all.has(key) || count >= maxPerPublication || this.#all.size >= maxInAll) return;
    const candidate = {
      id,
      infoHash,
      source,
      host,
      port,
      failures: 0,
      dueAt: now + graceMs,
      trying: false,
    };
    this.#all.set(key, candidate);
    this.#counts.set(id, count + 1);
  }

  /** Those that may be tried now and that `wanted` wants, as many as there are to be had. */
  *due(now: number, wanted: (candidate: Candidate) => boolean): Generator<Candidate> {
    // A copy: what is done with one changes the order.
    for (const candidate of [...this.#all.values()]) {
      if (candidate.trying || candidate.dueAt > now) continue;
      if (candidate.failures >= maxFailures) this.#remove(candidate);
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
    candidate.failures = maxFailures;
    candidate.dueAt = now + restMs;
  }

  /** Forgets those of a publication. */
  forget(id: number): void {
    for (const candidate of [...this.#all.values()]) {
      if (candidate.id === id) this.#remove(candidate);
    }
  }

  #remove(candidate: Candidate): void {
    if (!this.#all.delete(keyOf(candidate.id, candidate))) return;
    const left = (this.#counts.get(candidate.id) ?? 1) - 1;
    if (left === 0) this.#counts.delete(candidate.id);
    else this.#counts.set(candidate.id, left);
  }
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
