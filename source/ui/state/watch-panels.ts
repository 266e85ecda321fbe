import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../errors.ts';
import type { Clock } from './clock.ts';
import type { EngineLink } from './engine-link.ts';
import type { EngineState } from './engine-state.ts';
import type { EngineStore } from './engine-store.ts';
import { loggedEvents } from './panel-state.ts';
import type { Store } from './store.ts';
import type { UiState } from './ui-state.ts';

interface WatchOptions {
  ui: Store<UiState>;
  engine: EngineStore;
  link: EngineLink;
  clock: Clock;
  /** Tells the user what went wrong. */
  complain(error: unknown): void;
}

const refreshMs = 2_000;
const mostProblems = 1_000;
const eventsAtOnce = 500;
/** So many events are kept here; the engine keeps as many. */
const mostEvents = 10_000;
/** Older events are asked for when so few are left below the cursor. */
const fewLeft = 100;

/** Keeps what the panels show fresh while one is open. Returns the function that stops it. */
export function watchPanels({ ui, engine, link, clock, complain }: WatchOptions): () => void {
  let shown: UiState['screen']['name'] | null = null;
  /** Tells one visit to a panel from the next: the answer to the one before may be under way. */
  let visit = 0;
  let cancelRefresh: (() => void) | null = null;
  let isAskingForOlder = false;
  /** Before this event there is none, or none that is told. */
  let firstOfAll = 1;
  /** The events up to this one are told, or being told, to have been read. */
  let toldReadTo = 0;
  /** What was complained of last in the panel that is shown. */
  let complaint: string | null = null;

  function follow(): void {
    const { name } = ui.get().screen;
    if (name === 'log') {
      void tellRead();
      void fetchOlder();
    }
    if (name === shown) return;
    shown = name;
    visit += 1;
    complaint = null;
    cancelRefresh?.();
    cancelRefresh = null;
    if (name === 'health' || name === 'tracker') void refresh(name, visit);
  }

  async function refresh(panel: 'health' | 'tracker', during: number): Promise<void> {
    const update = await asked(() => fetchPanel(panel));
    if (visit !== during) return;
    if (update) {
      engine.change((state) => {
        const { problems = state.problems, tracker = state.tracker } = update;
        const before = { problems: state.problems, tracker: state.tracker };
        // nothing new is no change
        if (isDeepStrictEqual({ problems, tracker }, before)) return state;
        return { ...state, problems, tracker };
      });
    }
    cancelRefresh = clock.after(refreshMs, () => void refresh(panel, during));
  }

  async function fetchPanel(
    panel: 'health' | 'tracker',
  ): Promise<Partial<Pick<EngineState, 'problems' | 'tracker'>>> {
    if (panel === 'tracker') return { tracker: await link.request('tracker.stats', {}) };
    return { problems: await link.request('health.problems', { limit: mostProblems }) };
  }

  /** Whoever looks at the log has read it. */
  async function tellRead(): Promise<void> {
    const { events, eventsReadTo } = engine.get();
    const newest = events.at(-1)?.id ?? 0;
    if (newest <= Math.max(eventsReadTo, toldReadTo)) return;
    const before = toldReadTo;
    toldReadTo = newest;
    const answer = await asked(() => link.request('events.read', { upTo: newest }));
    if (answer) engine.change((state) => ({ ...state, eventsReadTo: answer.eventsReadTo }));
    // an engine that is there and refuses would refuse again
    else if (!isOnline()) toldReadTo = before;
  }

  async function fetchOlder(): Promise<void> {
    const { events } = engine.get();
    const { log, isErrorsOnly } = ui.get().panels;
    const oldest = events[0]?.id ?? 0;
    const left = loggedEvents(events, isErrorsOnly).length - (log?.index ?? 0);
    if (isAskingForOlder || oldest <= firstOfAll || left >= fewLeft) return;
    if (!isOnline() || events.length >= mostEvents) return;
    isAskingForOlder = true;
    const older = await asked(() =>
      link.request('events', { before: oldest, limit: eventsAtOnce }),
    );
    isAskingForOlder = false;
    if (older?.length) engine.change((state) => withOlder(state, older));
    // asking again would be of no use
    else if (isOnline()) firstOfAll = oldest;
  }

  function isOnline(): boolean {
    return engine.get().link.phase === 'online';
  }

  /** Null while there is no engine: then the banner says so, and what is shown stays. */
  async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    if (!isOnline()) return null;
    try {
      const answer = await ask();
      complaint = null;
      return answer;
    } catch (error) {
      // what fails every two seconds is said once, so that it can be dismissed
      if (isOnline() && messageOf(error) !== complaint) {
        complaint = messageOf(error);
        complain(error);
      }
      return null;
    }
  }

  const unsubscribes = [ui.subscribe(follow), engine.subscribe(follow)];
  follow();
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
    cancelRefresh?.();
    visit += 1;
  };
}

function withOlder(state: EngineState, older: EngineState['events']): EngineState {
  const first = state.events[0]?.id ?? Number.MAX_SAFE_INTEGER;
  return { ...state, events: [...older.filter(({ id }) => id < first), ...state.events] };
}
