import { isDeepStrictEqual } from 'node:util';
import type { HistoryRange } from '../../control/engine.ts';
import { infoHashOfEither } from '../../control/info-hash.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from './clock.ts';
import type { DetailTab } from './detail-state.ts';
import type { EngineLink } from './engine-link.ts';
import { type EngineState, unfetched, type WatchedPublication } from './engine-state.ts';
import type { EngineStore } from './engine-store.ts';
import type { Store } from './store.ts';
import type { UiState } from './ui-state.ts';

interface WatchOptions {
  ui: Store<UiState>;
  engine: EngineStore;
  link: EngineLink;
  clock: Clock;
}

/** What is looked at, and so what is asked for. */
interface Watched {
  id: number;
  tab: DetailTab;
  range: HistoryRange;
  /** The first file to ask for. */
  filesFrom: number;
}

const minuteMs = 60_000;

/** How often each tab is fetched again, in milliseconds. */
const refreshMs: Record<DetailTab, number> = {
  overview: 1_000,
  peers: 1_000,
  files: 5_000,
  trackers: 2_000,
  graph: 4_000,
  events: minuteMs,
};

/** A graph of a longer range moves more slowly. */
const graphRefreshMs: Record<HistoryRange, number> = {
  '5m': 4_000,
  '1h': 20_000,
  '24h': minuteMs,
  '30d': minuteMs,
};

/** Files are asked for in steps of half of what is asked for at once, so that scrolling finds them. */
const filesAtOnce = 1_000;
const filesStep = filesAtOnce / 2;
const eventsAtOnce = 500;

/**
 * Keeps what the detail view shows fresh while it is open: fetched at once, then as often as its tab
 * changes. Returns the function that stops watching.
 */
export function watchOpenPublication({ ui, engine, link, clock }: WatchOptions): () => void {
  let watched: Watched | null = null;
  let cancelRefresh: (() => void) | null = null;

  function follow(): void {
    const next = watchedOf(ui.get());
    if (isDeepStrictEqual(next, watched)) return;
    if (next?.id !== watched?.id) {
      engine.change((state) => ({ ...state, watched: next && unfetched(next.id) }));
    }
    watched = next;
    cancelRefresh?.();
    cancelRefresh = null;
    if (next) void refresh(next);
  }

  async function refresh(asked: Watched): Promise<void> {
    const update = await fetchPublication(asked);
    if (watched !== asked) return;
    if (update) engine.change((state) => replaceWatched(state, update));
    const wait = asked.tab === 'graph' ? graphRefreshMs[asked.range] : refreshMs[asked.tab];
    cancelRefresh = clock.after(wait, () => void refresh(asked));
  }

  /**
   * Null while there is no engine: then the banner says so, and what is shown stays; and of a
   * publication that was removed.
   */
  async function fetchPublication(asked: Watched): Promise<Partial<WatchedPublication> | null> {
    const publication = engine.get().publications.get(asked.id);
    if (!publication || engine.get().link.phase !== 'online') return null;
    // not by its number: once it is gone, that can be the name of another
    const id = infoHashOfEither(publication);
    try {
      const [detail, part] = await Promise.all([
        // of every tab, the keys that copy links need it
        link.request('show', { id }),
        fetchTab(id, asked),
      ]);
      const fetchedAt = Math.floor(clock.now() / minuteMs) * minuteMs;
      return { detail, ...part, fetchedAt, error: null };
    } catch (error) {
      return engine.get().link.phase === 'online' ? { error: messageOf(error) } : null;
    }
  }

  async function fetchTab(
    id: string,
    { tab, range, filesFrom }: Watched,
  ): Promise<Partial<WatchedPublication>> {
    switch (tab) {
      case 'overview':
        return {};
      case 'peers':
        return { peers: await link.request('peers', { id }) };
      case 'trackers':
        return { trackers: await link.request('publication.trackers', { id }) };
      case 'files': {
        const asked = { id, offset: filesFrom, limit: filesAtOnce };
        return { files: { offset: filesFrom, ...(await link.request('files', asked)) } };
      }
      case 'graph':
        return { history: await link.request('history', { publication: id, range }) };
      case 'events':
        return {
          events: await link.request('events', { publication: id, limit: eventsAtOnce }),
        };
    }
  }

  const unsubscribe = ui.subscribe(follow);
  follow();
  return () => {
    unsubscribe();
    cancelRefresh?.();
    watched = null;
  };
}

function watchedOf({ screen, detail: { tab, range, scroll } }: UiState): Watched | null {
  if (screen.name !== 'detail') return null;
  const filesFrom =
    tab === 'files' ? Math.max(0, Math.floor(scroll / filesStep) * filesStep - filesStep / 2) : 0;
  return { id: screen.id, tab, range, filesFrom };
}

/** Nothing new is no change: an idle publication costs no frame. */
function replaceWatched(state: EngineState, update: Partial<WatchedPublication>): EngineState {
  if (!state.watched) return state;
  const watched = { ...state.watched, ...update };
  return isDeepStrictEqual(watched, state.watched) ? state : { ...state, watched };
}
