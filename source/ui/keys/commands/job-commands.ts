import { watchedJob } from '../../state/ui-state.ts';
import { always, type Command, type CommandContext } from '../command.ts';

/** Opens another of the jobs under way, going round. */
function stepThroughJobs({ ui, engine, dispatch }: CommandContext, by: 1 | -1): void {
  const names = engine.jobs.map(({ job }) => job);
  const next = names.at((names.indexOf(watchedJob(ui) ?? '') + by) % names.length);
  if (next !== undefined) dispatch({ type: 'open-job', job: next });
}

function hasOtherJobs({ ui, engine }: CommandContext): boolean {
  return engine.jobs.some(({ job }) => job !== watchedJob(ui));
}

export const openJob: Command = {
  id: 'job.open',
  name: 'jobs',
  title: 'watch what is being published',
  hint: 'jobs',
  keys: ['b'],
  focus: ['list', 'card'],
  when: ({ engine }) => engine.jobs.length > 0 || 'Nothing is being published.',
  run({ engine, dispatch }) {
    const job = engine.jobs.at(-1);
    if (job) dispatch({ type: 'open-job', job: job.job });
  },
};

export const jobCommands: Command[] = [
  {
    id: 'job.cancel',
    name: 'cancel',
    title: 'cancel; asks first if another client began it',
    hint: 'cancel',
    keys: ['c'],
    focus: ['hashing'],
    when: ({ ui }) => !ui.cancelling.has(watchedJob(ui) ?? '') || 'It is being cancelled.',
    run({ ui, engine, dispatch, actions }) {
      const job = watchedJob(ui);
      if (job === null) return;
      const path = engine.jobs.find((one) => one.job === job)?.path ?? '';
      const isOwn = ui.ownJobs.some((own) => own.job === job);
      if (isOwn) void actions.cancelJob(job);
      else dispatch({ type: 'ask-to-cancel-job', job, path });
    },
  },
  always({
    id: 'job.background',
    name: 'background',
    title: 'back, while it goes on in the background',
    hint: 'background',
    keys: ['escape', 'b', 'backspace'],
    focus: ['hashing'],
    run: ({ dispatch }) => dispatch({ type: 'send-to-background' }),
  }),
  {
    id: 'job.next',
    name: 'next job',
    title: 'the next job under way',
    hint: 'next job',
    keys: ['tab', 'right', 'l'],
    focus: ['hashing'],
    when: hasOtherJobs,
    run: (context) => stepThroughJobs(context, 1),
  },
  {
    id: 'job.previous',
    title: 'the job before',
    hint: null,
    keys: ['shift+tab', 'left', 'h'],
    focus: ['hashing'],
    when: hasOtherJobs,
    run: (context) => stepThroughJobs(context, -1),
  },
  always({
    id: 'failed.back',
    title: 'back to the form',
    hint: 'back to the form',
    keys: ['enter', 'escape'],
    focus: ['failed'],
    run: ({ dispatch }) => dispatch({ type: 'return-to-form' }),
  }),
];
