import { createContext, useContext, useSyncExternalStore } from 'react';
import type { CommandContext } from '../keys/command.ts';
import type { InputHandler } from '../keys/handle-input.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { Store } from '../state/store.ts';
import type { UiState } from '../state/ui-state.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What the mounted dashboard is connected to. */
export interface DashboardLinks {
  ui: Store<UiState>;
  engine: Store<EngineState>;
  terminal: Terminal;
  input: InputHandler;
  /** What commands see now, for the hint bar and help. */
  commandContext(): CommandContext;
  /** Milliseconds since the epoch. */
  now(): number;
}

export const DashboardContext = createContext<DashboardLinks | null>(null);

export function useDashboard(): DashboardLinks {
  const links = useContext(DashboardContext);
  if (!links) throw new Error('A dashboard component was rendered outside the dashboard.');
  return links;
}

/** A part of the dashboard's own state; renders again when that part changes. */
export function useUi<Part>(select: (state: UiState) => Part): Part {
  const { ui } = useDashboard();
  return useSyncExternalStore(ui.subscribe, () => select(ui.get()));
}

/** A part of what is known of the engine; renders again when that part changes. */
export function useEngine<Part>(select: (state: EngineState) => Part): Part {
  const { engine } = useDashboard();
  return useSyncExternalStore(engine.subscribe, () => select(engine.get()));
}
