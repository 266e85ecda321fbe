import type { Clock } from './clock.ts';
import { type EngineState, emptyEngineState } from './engine-state.ts';
import type { Store } from './store.ts';

type Change = (state: EngineState) => EngineState;

/**
 * What the dashboard knows of the engine. Data that streams in is committed at most once a second:
 * a frame costs the same however little changed, and over ssh its bytes are what the user feels.
 */
export interface EngineStore extends Store<EngineState> {
  /** Something the user waits for, such as the answer to a key: shown at once. */
  change(change: Change): void;
  /** Measurements that stream in: shown within the second. */
  stream(change: Change): void;
}

const secondBetweenCommits = 1000;

export function createEngineStore(clock: Clock): EngineStore {
  let committed = emptyEngineState;
  let latest = emptyEngineState;
  let lastStreamed = Number.NEGATIVE_INFINITY;
  let cancelCommit: (() => void) | null = null;
  const listeners = new Set<() => void>();

  function commit() {
    cancelCommit?.();
    cancelCommit = null;
    if (committed === latest) return;
    committed = latest;
    for (const listener of [...listeners]) listener();
  }

  function commitStreamed() {
    lastStreamed = clock.now();
    commit();
  }

  return {
    get: () => committed,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change(change) {
      latest = change(latest);
      commit();
    },
    stream(change) {
      latest = change(latest);
      if (latest === committed || cancelCommit) return;
      // no longer than that, as clocks are set back
      const wait = Math.min(
        lastStreamed + secondBetweenCommits - clock.now(),
        secondBetweenCommits,
      );
      if (wait <= 0) commitStreamed();
      else cancelCommit = clock.after(wait, commitStreamed);
    },
  };
}
