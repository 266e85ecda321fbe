/** State kept outside React, read by `useSyncExternalStore`. */
export interface Store<State> {
  get(): State;
  /** Calls the listener after each change; returns the function that stops it. */
  subscribe(listener: () => void): () => void;
}

export interface ReducerStore<State, Action> extends Store<State> {
  dispatch(action: Action): void;
}

/**
 * A store changed by actions through a pure reducer. Outside React so that every key of a burst
 * sees what the key before it did.
 */
export function createReducerStore<State, Action>(
  reduce: (state: State, action: Action) => State,
  initial: State,
): ReducerStore<State, Action> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
  };
}
