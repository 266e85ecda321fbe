import { idWordsOf } from '../../source/tracker/id-words.ts';
import type { Announced, Announcement, SwarmStore } from '../../source/tracker/swarm-store.ts';

/** An announcement with its ids as strings. */
export type TextAnnouncement = Omit<Announcement, 'infoHash' | 'peerId'> & {
  infoHash: string;
  peerId: string;
};

export function announcementOf(text: TextAnnouncement): Announcement {
  return { ...text, infoHash: idWordsOf(text.infoHash), peerId: idWordsOf(text.peerId) };
}

/** A store that is told in strings. */
export type TextStore = Omit<SwarmStore, 'announce'> & {
  announce(text: TextAnnouncement): Announced;
};

export function inText(store: SwarmStore): TextStore {
  return {
    announce: (text) => store.announce(announcementOf(text)),
    counts: (infoHash) => store.counts(infoHash),
    setGuests: (infoHash, guests) => store.setGuests(infoHash, guests),
    addCompleted: (infoHash) => store.addCompleted(infoHash),
    setCompleted: (infoHash, completed) => store.setCompleted(infoHash, completed),
    takeCompleted: () => store.takeCompleted(),
    restoreCompleted: (infoHash, completed) => store.restoreCompleted(infoHash, completed),
    takeChanged: (most) => store.takeChanged(most),
    dump: (wallSeconds) => store.dump(wallSeconds),
    restore: (dump, wallSeconds) => store.restore(dump, wallSeconds),
    forget: (infoHash) => store.forget(infoHash),
    sweep: () => store.sweep(),
    get totals() {
      return store.totals;
    },
  };
}
