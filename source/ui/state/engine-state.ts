import { isDeepStrictEqual } from 'node:util';
import type { TrackerSummary } from '../../control/discovery.ts';
import type {
  Activity,
  EngineEvent,
  EngineStatus,
  HistoryReport,
  Undoable,
} from '../../control/engine.ts';
import type { Delta, Snapshot } from '../../control/protocol.ts';
import type {
  FileSummary,
  HealthProblems,
  PeerSummary,
  PublicationDetail,
  PublicationSummary,
} from '../../control/publications.ts';
import type { PublishProgress } from '../../control/publishing.ts';
import type { TrackerStats } from '../../control/tracker.ts';
import { version } from '../../version.ts';
import { rateLevel } from './rate-level.ts';

/** How the dashboard stands with the engine. */
export type LinkState =
  | { phase: 'connecting' }
  | { phase: 'online'; version: string; sameProtocol: boolean }
  | {
      phase: 'lost';
      /** The sentence that says why. */
      reason: string;
      /** When what is shown was last true, or null when there never was anything to show. */
      since: number | null;
      /** Null while an attempt is under way, and when it was stopped: then only a key starts it. */
      secondsToRetry: number | null;
      isStopped: boolean;
    };

/** Whether the engine that runs is of another version than this dashboard. */
export function isOtherVersion(link: LinkState): boolean {
  return link.phase === 'online' && (!link.sameProtocol || link.version !== version);
}

/** The publication that is open in the detail view, as far as it was fetched. */
export interface WatchedPublication {
  id: number;
  detail: PublicationDetail | null;
  peers: readonly PeerSummary[];
  trackers: readonly TrackerSummary[] | null;
  /** A part of the files, from the place `offset` on; null until it was asked for. */
  files: { total: number; offset: number; files: readonly FileSummary[] } | null;
  history: HistoryReport | null;
  /** Its events as they were when it was opened, the newest last; null until it was asked for. */
  events: readonly EngineEvent[] | null;
  /** When it was asked for last, in whole minutes, for telling how old things are. */
  fetchedAt: number;
  /** Why it cannot be shown, in the engine's words. */
  error: string | null;
}

/** Everything the dashboard knows of the engine. */
export interface EngineState {
  link: LinkState;
  status: EngineStatus | null;
  publications: ReadonlyMap<number, PublicationSummary>;
  /** By id: what sorting by rate goes by. */
  rateLevels: ReadonlyMap<number, number>;
  jobs: readonly PublishProgress[];
  /** Upload rates of the last minutes: of all together, and by id of those that had one. */
  activity: { total: readonly number[]; byId: ReadonlyMap<number, readonly number[]> };
  /** The newest last. */
  events: readonly EngineEvent[];
  /** The last event that a user has seen. */
  eventsReadTo: number;
  /** The change that `z` takes back. */
  undoable: Undoable | null;
  /** What was asked for from here, while the engine has not told yet what `z` takes back now. */
  untold: 'change' | 'undo' | null;
  watched: WatchedPublication | null;
  /** What is not healthy; null until it was asked for. */
  problems: HealthProblems | null;
  /** How the tracker does; null until it was asked for. */
  tracker: TrackerStats | null;
}

/** So many events are kept here by themselves; older ones are asked for. */
const mostEvents = 1_000;

/** Of a publication nothing was fetched of yet. */
export function unfetched(id: number): WatchedPublication {
  return {
    id,
    detail: null,
    peers: [],
    trackers: null,
    files: null,
    history: null,
    events: null,
    fetchedAt: 0,
    error: null,
  };
}

export const emptyEngineState: EngineState = {
  link: { phase: 'connecting' },
  status: null,
  publications: new Map(),
  rateLevels: new Map(),
  jobs: [],
  activity: { total: [], byId: new Map() },
  events: [],
  eventsReadTo: 0,
  undoable: null,
  untold: null,
  watched: null,
  problems: null,
  tracker: null,
};

/** What engines of every version tell; older ones know less than this one does. */
type AnySnapshot = Pick<Snapshot, 'engine' | 'publications'> & Partial<Snapshot>;

/** The whole picture anew: after connecting, nothing of the last connection is kept. */
export function applySnapshot(state: EngineState, snapshot: AnySnapshot): EngineState {
  const { jobs = [], activity, events = [], eventsReadTo = 0, undoable = null } = snapshot;
  return {
    ...state,
    status: snapshot.engine,
    publications: new Map(
      snapshot.publications.map((publication) => [publication.id, publication]),
    ),
    rateLevels: levelsOf(snapshot.publications, new Map()),
    jobs: jobs.filter(isUnderWay),
    activity: activity ? activityOf(activity) : emptyEngineState.activity,
    events,
    eventsReadTo,
    undoable,
    untold: null,
  };
}

function activityOf({ total, publications }: Activity): EngineState['activity'] {
  return { total, byId: new Map(publications.map(({ id, uploadRate }) => [id, uploadRate])) };
}

/** What changed. Everything the delta does not name stays identical, so that rows stay memoised. */
export function applyDelta(state: EngineState, delta: Delta): EngineState {
  const next = { ...state };
  if (delta.engine) next.status = delta.engine;
  if (delta.jobs) next.jobs = delta.jobs.filter(isUnderWay);
  if (delta.publications?.length || delta.removed?.length) {
    const publications = new Map(state.publications);
    for (const publication of delta.publications ?? []) {
      publications.set(publication.id, publication);
    }
    for (const id of delta.removed ?? []) publications.delete(id);
    next.publications = publications;
    next.rateLevels = levelsOf(delta.publications ?? [], state.rateLevels, delta.removed);
  }
  if (delta.activity) {
    const activity = activityOf(delta.activity);
    if (!isDeepStrictEqual(activity, state.activity)) next.activity = activity;
  }
  const happened = eventsSince(state.events, delta.events ?? []);
  if (happened.length > 0) {
    // older ones that were asked for stay while they are looked at
    const most = Math.max(mostEvents, state.events.length);
    next.events = [...state.events, ...happened].slice(-most);
  }
  if (delta.eventsReadTo !== undefined) next.eventsReadTo = delta.eventsReadTo;
  if (delta.undoable !== undefined) {
    next.undoable = delta.undoable;
    // null may be of before the change that was asked for
    if (delta.undoable !== null || state.untold === 'undo') next.untold = null;
  }
  const isSame = (Object.keys(next) as (keyof EngineState)[]).every(
    (key) => next[key] === state[key],
  );
  // what changes nothing costs no frame
  return isSame ? state : next;
}

/** A change is asked for that can be taken back, at once. */
export function askedForChange(state: EngineState): EngineState {
  return { ...state, untold: 'change' };
}

/** The last change is being taken back; whether there is one before it, the engine will tell. */
export function askedToTakeBack(state: EngineState): EngineState {
  return { ...state, undoable: null, untold: 'undo' };
}

/** It was not taken back: what could be before still can, unless something else was told meanwhile. */
export function notTakenBack(state: EngineState, undoable: EngineState['undoable']): EngineState {
  return { ...state, undoable: state.undoable ?? undoable, untold: null };
}

/** What a snapshot has told already, a delta that was on its way may tell again. */
function eventsSince(
  known: readonly EngineEvent[],
  told: readonly EngineEvent[],
): readonly EngineEvent[] {
  const last = known.at(-1)?.id ?? 0;
  return told.filter(({ id }) => id > last);
}

/** The levels of these publications, beside those known before; idle ones and removed ones have none. */
function levelsOf(
  changed: readonly PublicationSummary[],
  known: EngineState['rateLevels'],
  removed: readonly number[] = [],
): EngineState['rateLevels'] {
  const levels = new Map(known);
  for (const id of removed) levels.delete(id);
  for (const { id, uploadRate } of changed) {
    const level = rateLevel(known.get(id), uploadRate);
    if (level === 0) levels.delete(id);
    else levels.set(id, level);
  }
  return levels;
}

/** The progress of one job, which comes more often than deltas do. */
export function applyProgress(state: EngineState, progress: PublishProgress): EngineState {
  const known = state.jobs.some((job) => job.job === progress.job);
  if (!isUnderWay(progress)) {
    return known ? { ...state, jobs: state.jobs.filter((job) => job.job !== progress.job) } : state;
  }
  return {
    ...state,
    jobs: known
      ? state.jobs.map((job) => (job.job === progress.job ? progress : job))
      : [...state.jobs, progress],
  };
}

function isUnderWay(job: PublishProgress): boolean {
  return job.phase !== 'done' && job.phase !== 'failed' && job.phase !== 'cancelled';
}
