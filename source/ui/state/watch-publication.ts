import { isDeepStrictEqual } from 'node:util';
import { infoHashOfEither } from '../../control/info-hash.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from './clock.ts';
import type { EngineLink } from './engine-link.ts';
import type { EngineState, WatchedPublication } from './engine-state.ts';
import type { EngineStore } from './engine-store.ts';
import type { Store } from './store.ts';
import type { UiState } from './ui-state.ts';

interface WatchOptions {
  ui: Store<UiState>;
  engine: EngineStore;
  link: EngineLink;
  clock: Clock;
}

const refreshMilliseconds = 1000;

/**
 * Keeps what the detail view shows fresh while it is open: fetched at once, then once a second.
 * Returns the function that stops watching.
 */
export function watchOpenPublication({ ui, engine, link, clock }: WatchOptions): () => void {
  let watchedId: number | null = null;
  let cancelRefresh: (() => void) | null = null;

  function follow(): void {
    const { screen } = ui.get();
    const id = screen.name === 'detail' ? screen.id : null;
    if (id === watchedId) return;
    watchedId = id;
    cancelRefresh?.();
    cancelRefresh = null;
    engine.change((state) => ({
      ...state,
      watched: id === null ? null : { id, detail: null, peers: [], error: null },
    }));
    if (id !== null) void refresh(id);
  }

  async function refresh(id: number): Promise<void> {
    const update = await fetchPublication(id);
    if (watchedId !== id) return;
    if (update) engine.change((state) => replaceWatched(state, update));
    cancelRefresh = clock.after(refreshMilliseconds, () => void refresh(id));
  }

  /** Null while there is no engine: then the banner says so, and what is shown stays. */
  async function fetchPublication(id: number): Promise<Partial<WatchedPublication> | null> {
    if (engine.get().link.phase !== 'online') return null;
    const known = engine.get().publications.get(id);
    const key = { id: known ? infoHashOfEither(known) : String(id) };
    try {
      const [detail, peers] = await Promise.all([
        link.request('show', key),
        link.request('peers', key),
      ]);
      return { detail, peers, error: null };
    } catch (error) {
      return engine.get().link.phase === 'online' ? { error: messageOf(error) } : null;
    }
  }

  const unsubscribe = ui.subscribe(follow);
  follow();
  return () => {
    unsubscribe();
    cancelRefresh?.();
    watchedId = null;
  };
}

/** Nothing new is no change: an idle publication costs no frame. */
function replaceWatched(state: EngineState, update: Partial<WatchedPublication>): EngineState {
  if (!state.watched) return state;
  const watched = { ...state.watched, ...update };
  return isDeepStrictEqual(watched, state.watched) ? state : { ...state, watched };
}
