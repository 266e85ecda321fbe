import type { ContentSource } from './content.ts';
import {
  type FaultyContent,
  LivePublication,
  type PublicationPeer,
  type Traffic,
} from './live-publication.ts';
import type { HashRequest } from './wire/messages.ts';

/** How long the content of a publication stays loaded after its last peer left. */
const unloadAfterMs = 60_000;
/** How many such contents stay loaded at most, and how many bytes of them. */
const maxIdleContents = 32;
const maxIdleBytes = 16 * 1024 * 1024;
/** How much more is loaded before it is looked at what can go: many small ones, or one that is large. */
const unlookedBytes = 64 * 1024;
/** Sockets that were closed say until then what they had taken. */
const lateMs = 5_000;

/** The publications with their content loaded: loaded for the first peer, let go after the last. */
export class LivePublications {
  readonly #source: ContentSource;
  readonly #faultsOf: (id: number) => FaultyContent;
  readonly #now: () => number;
  readonly #byId = new Map<number, LivePublication>();
  /** What ended, and when: what was sent of it may only become known now. */
  #ended: { publication: LivePublication; at: number }[] = [];
  /** Bytes loaded since it was last looked at what can go. */
  #unlooked = 0;

  /**
   * `faultsOf`: what of a publication cannot be served. `now`: milliseconds, on
   * a clock that never goes back.
   */
  constructor(source: ContentSource, faultsOf: (id: number) => FaultyContent, now: () => number) {
    this.#source = source;
    this.#faultsOf = faultsOf;
    this.#now = now;
  }

  /** Undefined while its content is not loaded. */
  get(id: number): LivePublication | undefined {
    return this.#byId.get(id);
  }

  /** With its content loaded; null when there is none of that id. */
  load(id: number): LivePublication | null {
    const live = this.#byId.get(id);
    if (live) return live;
    const loaded = this.#source.load(id);
    if (!loaded) return null;
    const data = {
      info: () => this.#infoOf(id),
      hashes: (range: HashRequest) => this.#source.hashes(id, range),
    };
    const publication = new LivePublication(loaded.content, data, this.#now());
    publication.setBadPieces(loaded.badPieces);
    publication.restored(this.#faultsOf(id));
    this.#byId.set(id, publication);
    this.#unlooked += publication.estimatedBytes;
    if (this.#unlooked > unlookedBytes) this.#unloadIdle(publication);
    return publication;
  }

  /** Takes over anew which pieces of a publication are not good, and tells its peers. */
  refreshBadPieces(id: number): void {
    const publication = this.#byId.get(id);
    publication?.setBadPieces(this.#source.badPieces(id));
    publication?.tellPeers();
  }

  /** Drops the peers of a publication, if any, and lets go of its content. */
  unload(id: number): void {
    const publication = this.#byId.get(id);
    if (!publication) return;
    this.#byId.delete(id);
    for (const peer of [...publication.peers]) peer.close(null);
    this.#ended.push({ publication, at: this.#now() });
  }

  unloadAll(): void {
    for (const id of [...this.#byId.keys()]) this.unload(id);
  }

  /** The peers of all publications. */
  *peers(): Generator<PublicationPeer> {
    for (const publication of this.#byId.values()) yield* publication.peers;
  }

  /** To be called once a second. Gives the ids of those whose super-seeding has just ended. */
  tick(): number[] {
    const released = [...this.#byId.values()].filter((one) => one.tick(this.#now()));
    for (const peer of this.peers()) peer.tick();
    this.#unloadIdle();
    return released.map(({ id }) => id);
  }

  /** What changed since this was last called; to be called once a second. */
  takeTraffic(): Traffic[] {
    const changed = this.takeEnded();
    for (const publication of this.#byId.values()) {
      const traffic = publication.takeTraffic(publication.rate.tick());
      if (traffic) changed.push(traffic);
    }
    return changed;
  }

  /** The same, of what ended. */
  takeEnded(): Traffic[] {
    const taken = this.#ended.map(({ publication }) => this.#takeEnded(publication));
    const since = this.#now() - lateMs;
    this.#ended = this.#ended.filter(({ at }) => at > since);
    return taken.filter((one) => one !== null);
  }

  /** One that was loaded anew since tells itself how many peers it has, and its rate. */
  #takeEnded(ended: LivePublication): Traffic | null {
    const traffic = ended.takeTraffic(0);
    const again = this.#byId.get(ended.id);
    return traffic && again ? { ...traffic, ...again.reported } : traffic;
  }

  #infoOf(id: number): Uint8Array {
    const info = this.#source.info(id);
    if (!info) throw new Error(`publication ${id} has no info dictionary any more`);
    return info;
  }

  /** Lets go of contents without peers that are too old, or too many; but for one that is about to get one. */
  #unloadIdle(wanted?: LivePublication): void {
    this.#unlooked = 0;
    const now = this.#now();
    const idle = [...this.#byId.values()]
      .filter((publication) => publication.peers.size === 0 && publication !== wanted)
      .sort((a, b) => a.idleSince - b.idleSince);
    let bytes = idle.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
    let count = idle.length;
    for (const publication of idle) {
      const fits = count <= maxIdleContents && bytes <= maxIdleBytes;
      if (fits && now - publication.idleSince < unloadAfterMs) break;
      count--;
      bytes -= publication.estimatedBytes;
      this.unload(publication.id);
    }
  }
}
