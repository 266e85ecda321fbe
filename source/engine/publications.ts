import { isDeepStrictEqual } from 'node:util';
import type { TotalsChange } from '../catalog/catalog.ts';
import type { PublicationRow, TotalsRow } from '../catalog/rows.ts';
import type { VerificationRow } from '../catalog/verification-table.ts';
import type { PublicationSummary } from '../control/publications.ts';
import { EverseedError } from '../errors.ts';
import {
  assessHealth,
  type DataFault,
  type HealthAssessment,
  type HealthFacts,
  type OutsideTracker,
} from '../health/assess.ts';
import { infoHashHex } from '../metainfo/info-hash.ts';
import type { Traffic } from '../seeding/live-publication.ts';
import { nothingShared, reachabilityOf, type SharedFacts } from './reachability.ts';
import { joinCounts, type SwarmCounts, swarmHashesOf } from './swarms.ts';
import { UnsavedCounts } from './unsaved-counts.ts';

/** What is in memory of a publication's row: there may be thousands, so the catalog is asked for the rest. */
export type LiveRow = Pick<
  PublicationRow,
  | 'id'
  | 'name'
  | 'size'
  | 'fileCount'
  | 'private'
  | 'trackers'
  | 'state'
  | 'uploadLimit'
  | 'createdAt'
>;

/** A publication as the engine knows it now: what the catalog keeps, and what services measure. */
export interface LivePublication {
  readonly row: LiveRow;
  /** Its info hashes in hex. */
  readonly infoHash: string | null;
  readonly infoHashV2: string | null;
  /** What peers and trackers know it by: 20 bytes each, in hex; a hybrid has two (BEP 52). */
  readonly swarmHashes: readonly string[];
  /** The tracker's counts by swarm; null before there are any. */
  swarms: Map<string, SwarmCounts> | null;
  /** Payload bytes sent, and what else was sent over the peer wire. */
  uploaded: number;
  uploadedProtocol: number;
  completed: number;
  lastUploadAt: number | null;
  uploadRate: number;
  /** Connected to the everseed. */
  peers: number;
  /** Of the tracker's swarms, the everseed left out. */
  seeds: number;
  leechers: number;
  dataFaults: DataFault[] | null;
  /** What keeps the seeder from serving some of it. */
  servingFault: string | null;
  /** What comparing the content with its pieces last came to; null if it never was. */
  verification: VerificationRow | null;
  trackerLists: boolean;
  /** Those it is announced to besides our own, as they stood at the last look. */
  outsideTrackers: readonly OutsideTracker[];
  /** On the health monitor's clock. */
  inspectedAt: number;
  /** The same, since the epoch; null before the first look. */
  lookedAt: number | null;
  /** What has not been added to the catalog's totals yet. */
  unsaved: UnsavedCounts | null;
}

/** Of what has just been published. */
export const nothingCounted: TotalsRow = {
  uploaded: 0,
  uploadedProtocol: 0,
  completed: 0,
  lastUploadAt: null,
};

/** About how many bytes of a publication are not there, or not good; 0 of what is whole. */
export function missingBytes({ row, verification }: LivePublication): number {
  if (!verification || verification.badPieces === 0) return 0;
  return Math.max(1, Math.round((row.size * verification.badPieces) / verification.pieces));
}

/** A publication of the catalog of which nothing has been measured yet. */
export function createLive(
  publication: PublicationRow,
  totals: TotalsRow,
  verification: VerificationRow | null = null,
): LivePublication {
  const { id, name, size, fileCount, trackers, state, uploadLimit, createdAt } = publication;
  const isPrivate = publication.private;
  const swarmHashes = swarmHashesOf(publication);
  const [firstHash = null] = swarmHashes;
  return {
    row: { id, name, size, fileCount, private: isPrivate, trackers, state, uploadLimit, createdAt },
    // the same string, rather than another one like it
    infoHash: publication.infoHash && firstHash,
    infoHashV2: publication.infoHashV2 && infoHashHex(publication.infoHashV2),
    swarmHashes,
    swarms: null,
    ...totals,
    uploadRate: 0,
    peers: 0,
    seeds: 0,
    leechers: 0,
    dataFaults: null,
    servingFault: null,
    verification,
    trackerLists: true,
    outsideTrackers: [],
    inspectedAt: Number.NEGATIVE_INFINITY,
    lookedAt: null,
    unsaved: null,
  };
}

/** All publications in memory, found by id, info hash or name. Reports what changes. */
export class Publications {
  readonly #byId = new Map<number, LivePublication>();
  readonly #byInfoHash = new Map<string, LivePublication>();
  /** Removed, by id, while counts of them may come, or are not saved. */
  readonly #leaving = new Map<number, LivePublication>();
  /** Of those, the ones that are not served any more. */
  readonly #withdrawn = new Set<LivePublication>();
  readonly #onChange: (id: number) => void;
  readonly #now: () => number;
  readonly #damagedFiles: (live: LivePublication) => readonly string[];
  #shared = nothingShared;

  /** `damagedFiles` names the files to blame for the bad pieces of a publication. */
  constructor(
    onChange: (id: number) => void,
    now: () => number,
    damagedFiles: (live: LivePublication) => readonly string[] = () => [],
  ) {
    this.#onChange = onChange;
    this.#now = now;
    this.#damagedFiles = damagedFiles;
  }

  add(live: LivePublication): void {
    this.#byId.set(live.row.id, live);
    for (const hash of hashesOf(live)) this.#byInfoHash.set(hash, live);
    this.#onChange(live.row.id);
  }

  /** It is not published any more; what was counted of it meanwhile is still to be told and saved. */
  remove(live: LivePublication): void {
    this.#byId.delete(live.row.id);
    for (const hash of hashesOf(live)) this.#byInfoHash.delete(hash);
    this.#leaving.set(live.row.id, live);
    this.#onChange(live.row.id);
  }

  /** One that was removed is not served any more: what was counted of it has come, but for stragglers. */
  withdrawn(live: LivePublication): void {
    this.#withdrawn.add(live);
  }

  /** One that is published, or was removed a moment ago: what was counted of it is still taken. */
  counted(id: number): LivePublication | undefined {
    return this.#byId.get(id) ?? this.#leaving.get(id);
  }

  /** The same, by an info hash in hex. */
  countedByInfoHash(infoHash: string): LivePublication | undefined {
    return (
      this.#byInfoHash.get(infoHash) ??
      this.#leaving.values().find((live) => live.swarmHashes.includes(infoHash))
    );
  }

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LivePublication> {
    return this.#byId.values();
  }

  byId(id: number): LivePublication | undefined {
    return this.#byId.get(id);
  }

  /** By an info hash in hex: v1, v2, or v2 cut to 20 bytes. */
  byInfoHash(infoHash: string): LivePublication | undefined {
    return this.#byInfoHash.get(infoHash);
  }

  /**
   * Finds what a user means: a whole info hash, a number, an exact name, or a unique prefix of an
   * info hash, in this order: what programs pass on, and what is advised where a name is taken
   * twice, must not be overruled by what a publication happens to be called.
   */
  find(id: string): LivePublication {
    const exact =
      this.#byInfoHash.get(id.toLowerCase()) ??
      (/^\d+$/.test(id) ? this.#byId.get(Number(id)) : undefined);
    if (exact) return exact;
    const named = [...this.all()].filter((one) => one.row.name === id);
    const [first, second] = named.length > 0 ? named : this.#withPrefix(id);
    if (!first) {
      throw new EverseedError(
        'publication-unknown',
        `nothing published is called ${id}: list what is with: everseed ls`,
      );
    }
    if (second) {
      throw new EverseedError(
        'publication-ambiguous',
        `${id} could be ${first.row.id} (${first.row.name}) or ${second.row.id} (${second.row.name}): use the number`,
      );
    }
    return first;
  }

  #withPrefix(text: string): LivePublication[] {
    const prefix = text.toLowerCase();
    if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
    return [...this.all()].filter(
      ({ infoHash, infoHashV2 }) =>
        infoHash?.startsWith(prefix) === true || infoHashV2?.startsWith(prefix) === true,
    );
  }

  /** Changes what is known of a publication, and reports it. */
  update(
    live: LivePublication,
    change: Partial<Omit<LivePublication, 'row' | 'infoHash' | 'infoHashV2'>>,
  ): void {
    Object.assign(live, change);
    if (!this.#isLeaving(live)) this.#onChange(live.row.id);
  }

  /** Counts what was sent of a publication: bytes, and to whom. */
  addSent(live: LivePublication, sent: Traffic['sent'], at: number): void {
    live.unsaved ??= new UnsavedCounts();
    live.unsaved.add(sent, at);
    this.update(live, {
      uploaded: live.uploaded + sent.payload,
      uploadedProtocol: live.uploadedProtocol + sent.protocol,
      ...(sent.payload > 0 && { lastUploadAt: at }),
    });
  }

  setCompleted(live: LivePublication, completed: number): void {
    live.unsaved ??= new UnsavedCounts();
    live.unsaved.completed = true;
    this.update(live, { completed });
  }

  /** Takes what the tracker counts in one of the swarms of a publication. */
  setSwarm(live: LivePublication, infoHash: string, counts: SwarmCounts): void {
    live.swarms ??= new Map();
    live.swarms.set(infoHash, counts);
    const { seeds, leechers, completed } = joinCounts(live.swarms.values());
    if (completed > live.completed) this.setCompleted(live, completed);
    this.update(live, { seeds, leechers });
  }

  /** Nothing is known of the swarms of a publication any more. */
  forgetSwarms(live: LivePublication): void {
    live.swarms = null;
    if (live.seeds + live.leechers > 0) this.update(live, { seeds: 0, leechers: 0 });
  }

  get shared(): SharedFacts {
    return this.#shared;
  }

  /**
   * Takes facts about the engine, and says whether it is reached otherwise than before. When the
   * health of publications may be another for that, all are reported.
   */
  share(change: Partial<SharedFacts>): boolean {
    const before = reachabilityOf(this.#shared);
    this.#shared = { ...this.#shared, ...change };
    const after = reachabilityOf(this.#shared);
    if (after.state !== before.state) for (const id of this.#byId.keys()) this.#onChange(id);
    return !isDeepStrictEqual(before, after);
  }

  /** Sums over all publications. */
  sums(): { publications: number; peers: number; uploadRate: number; uploaded: number } {
    const sums = { publications: this.size, peers: 0, uploadRate: 0, uploaded: 0 };
    for (const live of this.all()) {
      sums.peers += live.peers;
      sums.uploadRate += live.uploadRate;
      sums.uploaded += live.uploaded;
    }
    return sums;
  }

  /** What is busy now, for the history. */
  *measured(): Generator<{ id: number; uploadRate: number; peers: number }> {
    for (const { row, uploadRate, peers } of this.all()) {
      if (uploadRate > 0 || peers > 0) yield { id: row.id, uploadRate, peers };
    }
  }

  health(live: LivePublication): HealthAssessment {
    const facts: HealthFacts = {
      paused: live.row.state === 'paused',
      createdAt: live.row.createdAt,
      dataFaults: live.dataFaults,
      files: live.row.fileCount,
      servingFault: live.servingFault,
      verification: live.verification,
      damagedFiles: this.#damagedFiles(live),
      reachability: reachabilityOf(this.#shared),
      // a private one is not announced there (BEP 27)
      dhtProblem: live.row.private ? null : this.#shared.dhtProblem,
      trackerLists: live.trackerLists,
      otherSeeds: live.seeds,
      leechers: live.leechers,
      lastUploadAt: live.lastUploadAt,
      outsideTrackers: live.outsideTrackers,
      times: {
        look: live.lookedAt,
        peerPort: this.#shared.peerPortTriedAt,
        router: this.#shared.mappingKnownAt,
      },
    };
    return assessHealth(facts, this.#now());
  }

  summary(live: LivePublication): PublicationSummary {
    const { row } = live;
    return {
      id: row.id,
      infoHash: live.infoHash,
      infoHashV2: live.infoHashV2,
      name: row.name,
      size: row.size,
      state: row.state,
      health: this.health(live).state,
      peers: live.peers,
      seeds: live.seeds,
      leechers: live.leechers,
      completed: live.completed,
      uploaded: live.uploaded,
      ratio: row.size > 0 ? live.uploaded / row.size : 0,
      uploadRate: live.uploadRate,
      createdAt: row.createdAt,
    };
  }

  /** Saves the totals that are not saved yet; should `save` throw, they stay unsaved. */
  saveTotals(save: (changes: TotalsChange[]) => void): void {
    const changed = [...this.all(), ...this.#leaving.values()].filter((live) => live.unsaved);
    save(
      changed.map(({ row, unsaved, lastUploadAt, completed }) => ({
        id: row.id,
        payload: unsaved?.payload ?? 0,
        protocol: unsaved?.protocol ?? 0,
        peers: unsaved?.peers ?? [],
        lastUploadAt,
        completed: unsaved?.completed ? completed : null,
      })),
    );
    for (const live of this.#withdrawn) if (!live.unsaved) this.#forget(live);
    for (const live of changed) live.unsaved = null;
  }

  #isLeaving(live: LivePublication): boolean {
    return this.#leaving.get(live.row.id) === live;
  }

  #forget(live: LivePublication): void {
    this.#withdrawn.delete(live);
    if (this.#isLeaving(live)) this.#leaving.delete(live.row.id);
  }
}

/** All hashes a publication is found by; that of v1 is the hash of a swarm. */
function hashesOf({ infoHashV2, swarmHashes }: LivePublication): readonly string[] {
  return infoHashV2 === null ? swarmHashes : [infoHashV2, ...swarmHashes];
}
