import type { PublishResult } from '../../control/publishing.ts';
import type { PublishForm } from './publish-form.ts';
import { type PublishStep, ready, type StartingStep } from './publish-state.ts';

/** A publish job that was started here. */
export interface OwnJob {
  job: string;
  path: string;
  /** The way back: a form is of this path alone. */
  from: StartingStep;
}

export type JobAction =
  /** Begins to publish what the form says: a job for each of its paths. */
  | { type: 'start-jobs'; jobs: readonly { job: string; path: string }[] }
  /** Begins to adopt what has been chosen for that. */
  | { type: 'start-adopting'; job: string; path: string }
  | { type: 'open-job'; job: string }
  | { type: 'send-to-background' }
  | { type: 'ask-to-cancel'; job: string }
  | { type: 'refuse-to-cancel'; job: string }
  | { type: 'finish-publish'; job: string; result: PublishResult }
  | { type: 'fail-publish'; job: string; error: string }
  | { type: 'cancel-publish'; job: string }
  /** A job of another client is over. */
  | { type: 'leave-job'; job: string };

type EndAction = Extract<
  JobAction,
  { type: 'finish-publish' | 'fail-publish' | 'cancel-publish' | 'leave-job' }
>;

/** What jobs change of the dashboard's state. */
export interface JobsState {
  /** The publishing step on the screen; null is the list, or another screen. */
  step: PublishStep | null;
  /** Publish jobs started here and under way, the newest last. */
  ownJobs: readonly OwnJob[];
  /** The jobs that were asked to end. */
  cancelling: ReadonlySet<string>;
}

/** The job that is looked at, or null. */
export function jobOf(step: PublishStep | null): string | null {
  return step?.name === 'hashing' ? step.job : null;
}

export function reduceJobs(state: JobsState, action: JobAction): JobsState {
  switch (action.type) {
    case 'start-jobs':
      return startJobs(state, action.jobs);
    case 'start-adopting':
      return state.step?.name === 'adopt'
        ? begin(state, [{ job: action.job, path: action.path, from: state.step }])
        : state;
    case 'open-job':
      return { ...state, step: { name: 'hashing', job: action.job } };
    case 'send-to-background':
      return jobOf(state.step) === null ? state : { ...state, step: null };
    case 'ask-to-cancel':
      return { ...state, cancelling: new Set(state.cancelling).add(action.job) };
    case 'refuse-to-cancel':
      return { ...state, cancelling: without(state.cancelling, action.job) };
    default:
      return endJob(state, action);
  }
}

function startJobs(state: JobsState, jobs: readonly { job: string; path: string }[]): JobsState {
  const { step } = state;
  if (step?.name !== 'form') return state;
  return begin(
    state,
    jobs.map(({ job, path }) => ({ job, path, from: { ...step, form: formOf(step.form, path) } })),
  );
}

function begin(state: JobsState, jobs: readonly OwnJob[]): JobsState {
  const [first] = jobs;
  if (!first) return state;
  const ownJobs = [...state.ownJobs, ...jobs];
  return { ...state, ownJobs, step: { name: 'hashing', job: first.job } };
}

/** The form as it is for one of its paths. */
function formOf(form: PublishForm, path: string): PublishForm {
  const preview = form.previews.get(path);
  return { ...form, paths: [path], previews: new Map(preview && [[path, preview]]) };
}

/** A job's end changes the screen only while the user looks at that job. */
function endJob(state: JobsState, action: EndAction): JobsState {
  const own = state.ownJobs.find(({ job }) => job === action.job);
  return {
    ownJobs: state.ownJobs.filter((other) => other !== own),
    cancelling: without(state.cancelling, action.job),
    step: jobOf(state.step) === action.job ? stepAfter(action, own) : state.step,
  };
}

function stepAfter(action: EndAction, own: OwnJob | undefined): PublishStep | null {
  if (action.type === 'finish-publish') return { name: 'done', result: action.result };
  if (!own) return null;
  if (action.type === 'fail-publish')
    return { name: 'failed', from: own.from, error: action.error };
  return ready(own.from);
}

function without<Item>(items: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  return new Set([...items].filter((other) => other !== item));
}
