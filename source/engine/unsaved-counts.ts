import { addressesKept, type SentToAddress } from '../catalog/sent-table.ts';
import type { Traffic } from '../seeding/live-publication.ts';

/** What was counted of a publication and is not in the catalog yet. */
export class UnsavedCounts {
  payload = 0;
  protocol = 0;
  /** The count of completed downloads is another one. */
  completed = false;
  /** By host, those who were sent something last at the end. */
  readonly #peers = new Map<string, SentToAddress>();

  /** To whom content was sent; no more than will be kept. */
  get peers(): SentToAddress[] {
    return [...this.#peers.values()];
  }

  /** `at`: milliseconds since the epoch. */
  add({ payload, protocol, peers }: Traffic['sent'], at: number): void {
    this.payload += payload;
    this.protocol += protocol;
    for (const peer of peers) {
      const before = this.#peers.get(peer.host);
      this.#peers.delete(peer.host);
      this.#peers.set(peer.host, {
        ...peer,
        payload: peer.payload + (before?.payload ?? 0),
        protocol: peer.protocol + (before?.protocol ?? 0),
        at,
      });
      if (this.#peers.size <= addressesKept) continue;
      const [oldest = ''] = this.#peers.keys();
      this.#peers.delete(oldest);
    }
  }
}
