import type { EngineConnection } from '../client/engine-connection.ts';
import { mountDashboard } from './app/mount-dashboard.tsx';
import { systemClock } from './state/clock.ts';
import { type DashboardSettings, preferencesOf } from './state/preferences.ts';
import { leaveOnSignals } from './terminal/leave-on-signals.ts';
import { createTerminal } from './terminal/terminal.ts';

/** What the dashboard needs of the world. */
interface DashboardOptions {
  /** Connects to the engine, and starts it first if none runs. */
  connect(): Promise<EngineConnection>;
  /** Connects to the engine if one runs; null if none does. */
  connectIfRunning(): Promise<EngineConnection | null>;
  /** A terminal: the caller has made sure. */
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
  cwd: string;
  /** The dashboard's part of the settings. */
  settings: DashboardSettings;
  /** Told in lines of text, as a screen reader needs it, instead of painted. */
  screenReader: boolean;
}

/**
 * Shows the dashboard until the user detaches. The engine goes on; how many publications it keeps
 * seeding, or null when none runs, is for the goodbye.
 */
export async function runDashboard(options: DashboardOptions): Promise<{
  publications: number | null;
}> {
  const dashboard = mountDashboard({
    ...options,
    preferences: preferencesOf(options.settings),
    terminal: createTerminal(options),
    clock: systemClock,
  });
  const stopWatching = leaveOnSignals(options, dashboard.leave);
  try {
    await dashboard.left;
  } finally {
    stopWatching();
  }
  return { publications: dashboard.publications() };
}
