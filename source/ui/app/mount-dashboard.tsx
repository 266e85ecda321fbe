import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import type { EngineConnection } from '../../client/engine-connection.ts';
import { createActions } from '../actions/actions.ts';
import { keepCursorBound } from '../actions/publications.ts';
import { keepPreviewFresh } from '../actions/publish-form.ts';
import { leaveEndedJobs } from '../actions/publish-jobs.ts';
import { keepSuggestionsFresh } from '../actions/publishing.ts';
import type { Services } from '../actions/services.ts';
import { keepUndoCountdown } from '../actions/undo-countdown.ts';
import { listDirectory, nearestDirectory } from '../files/list-directory.ts';
import { bindingFault } from '../keys/bindings.ts';
import { createInputHandler } from '../keys/handle-input.ts';
import type { Clock } from '../state/clock.ts';
import { createEngineLink } from '../state/engine-link.ts';
import { createEngineStore } from '../state/engine-store.ts';
import type { Preferences } from '../state/preferences.ts';
import { createReducerStore } from '../state/store.ts';
import { initialUiState, reduceUi } from '../state/ui-state.ts';
import { createVisibleSelector } from '../state/visible-publications.ts';
import { watchPanels } from '../state/watch-panels.ts';
import { watchOpenPublication } from '../state/watch-publication.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { paintedMedium } from './painted-medium.tsx';
import { spokenMedium } from './spoken-medium.tsx';

interface MountOptions {
  /** Connects to the engine, and starts it first if none runs. */
  connect(): Promise<EngineConnection>;
  /** Connects to the engine if one runs; null if none does. */
  connectIfRunning(): Promise<EngineConnection | null>;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
  /** Where the file browser starts. */
  cwd: string;
  /** How the user wants it to be, as far as is known without the engine. */
  preferences?: Preferences;
  /** Told in lines of text, as a screen reader needs it, instead of painted. */
  screenReader?: boolean;
  terminal: Terminal;
  clock: Clock;
}

export interface MountedDashboard {
  /** Resolves when the dashboard is gone from the screen; rejects when it crashed. */
  readonly left: Promise<void>;
  /** How many publications the engine serves; null when there is no engine. */
  publications(): number | null;
  /** Takes the dashboard off the screen, at once; the engine goes on. */
  leave(): void;
}

/** Wires the dashboard together and puts it on the screen. */
export function mountDashboard(options: MountOptions): MountedDashboard {
  const { environment, clock } = options;
  const medium = options.screenReader ? spokenMedium(options) : paintedMedium(options);
  const ui = createReducerStore(reduceUi, initialUiState(medium.size, options.preferences));
  const engine = createEngineStore(clock);
  const { connect, connectIfRunning } = options;
  const link = createEngineLink({ connect, connectIfRunning, store: engine, clock });
  const services: Services = {
    ui,
    engine,
    link,
    terminal: medium.terminal,
    clock,
    scrollEnd: medium.scrollEnd,
    visible: createVisibleSelector(),
    listDirectory,
    nearestDirectory,
    newJob: randomUUID,
    cwd: options.cwd,
    homeDirectory: environment['HOME'] || homedir(),
    detach: leave,
  };
  const actions = createActions(services);
  const shown = medium.show(services, actions, createInputHandler(services, actions));
  const stops = [
    shown.stop,
    keepCursorBound(services),
    keepSuggestionsFresh(services),
    keepPreviewFresh(services, actions.publishIfSubmitted),
    keepUndoCountdown(services),
    leaveEndedJobs(services, actions),
    watchOpenPublication({ ui, engine, link, clock }),
    watchPanels({ ui, engine, link, clock, complain: actions.complain }),
    link.stop,
  ];
  link.start();
  const fault = bindingFault(ui.get().preferences.bindings);
  if (fault !== null) actions.complain(`The setting dashboard.keys: ${fault}`);

  function leave(): void {
    for (const stop of stops.splice(0)) stop();
    shown.unmount();
  }

  return {
    // After a crash Ink has left the screen by itself.
    left: shown.ended.finally(leave),
    publications: () => {
      const { link: state, publications } = engine.get();
      return state.phase === 'online' ? publications.size : null;
    },
    leave,
  };
}
