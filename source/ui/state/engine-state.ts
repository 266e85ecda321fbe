import type {
  Delta,
  EngineStatus,
  PeerSummary,
  PublicationDetail,
  PublicationSummary,
  PublishProgress,
  Snapshot,
} from '../../control/protocol.ts';

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

/** The publication that is open in the detail view, as far as it was fetched. */
export interface WatchedPublication {
  id: number;
  detail: PublicationDetail | null;
  peers: readonly PeerSummary[];
  /** Why it cannot be shown, in the engine's words. */
  error: string | null;
}

/** Everything the dashboard knows of the engine. */
export interface EngineState {
  link: LinkState;
  status: EngineStatus | null;
  publications: ReadonlyMap<number, PublicationSummary>;
  jobs: readonly PublishProgress[];
  watched: WatchedPublication | null;
}

export const emptyEngineState: EngineState = {
  link: { phase: 'connecting' },
  status: null,
  publications: new Map(),
  jobs: [],
  watched: null,
};

/** The whole picture anew: after connecting, nothing of the last connection is kept. */
export function applySnapshot(state: EngineState, snapshot: Snapshot): EngineState {
  return {
    ...state,
    status: snapshot.engine,
    publications: new Map(
      snapshot.publications.map((publication) => [publication.id, publication]),
    ),
    jobs: snapshot.jobs.filter(isUnderWay),
  };
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
  }
  return next;
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
