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
    title: 'cancel: nothing is published',
    hint: 'cancel',
    keys: ['c', 'escape'],
    focus: ['hashing'],
    when: ({ ui }) => !ui.cancelling.has(watchedJob(ui) ?? '') || 'It is being cancelled.',
    run({ ui, actions }) {
      const job = watchedJob(ui);
      if (job !== null) void actions.cancelJob(job);
    },
  },
  always({
    id: 'job.background',
    title: 'go on in the background',
    hint: 'background',
    keys: ['b'],
    focus: ['hashing'],
    run: ({ dispatch }) => dispatch({ type: 'send-to-background' }),
  }),
  {
    id: 'job.next',
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
