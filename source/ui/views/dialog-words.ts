import { basename } from 'node:path';
import type { OverallLimit } from '../../control/engine.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../format/units.ts';
import { counted } from '../components/counted.ts';
import type { Dialog, LimitDialog } from '../state/dialogs.ts';

/** What a dialog tells that only the engine knows. */
export interface DialogFacts {
  /** Of the publication that it is about, where that is one. */
  name: string;
  limit: OverallLimit | undefined;
}

/** The publication that a dialog names; 0 when it is about none, or several. */
export function dialogSubject(dialog: Dialog): number {
  if (dialog.name === 'move') return dialog.id;
  return 'ids' in dialog ? (dialog.ids?.[0] ?? 0) : 0;
}

/**
 * What is asked. `name` is of the publication that it is about, where that is one; empty once that
 * is gone.
 */
export function dialogTitle(dialog: Dialog, name: string): string {
  const one = name === '' ? 'what was removed meanwhile' : stripControls(name);
  const subject = (ids: readonly number[]) =>
    ids.length === 1 ? one : counted(ids.length, 'publication');
  switch (dialog.name) {
    case 'confirm-remove':
      return `Remove ${subject(dialog.ids)}`;
    case 'confirm-cancel':
      return `Cancel publishing ${stripControls(basename(dialog.path))}`;
    case 'confirm-stop':
      return 'Stop the engine';
    case 'confirm-delete':
      return `Delete the data of ${stripControls(dialog.publication)}`;
    case 'move':
      return `Where the data of ${one} is now`;
    case 'limit':
      return `Upload limit of ${dialog.ids ? subject(dialog.ids) : 'all together'}`;
  }
}

/** What comes of it, each a paragraph. */
export function dialogEffects(dialog: Dialog, { limit }: DialogFacts): string[] {
  switch (dialog.name) {
    case 'confirm-remove':
      return [
        dialog.ids.length === 1
          ? 'It leaves the tracker and is no longer seeded; its links stop working. Its data stays on disk.'
          : 'They leave the tracker and are no longer seeded; their links stop working. Their data stays on disk.',
      ];
    case 'confirm-cancel':
      return ['Another client began it, and may be waiting for it. What is hashed so far is lost.'];
    case 'confirm-stop':
      return ['Nothing is tracked or seeded until it is started again. What is published is kept.'];
    case 'confirm-delete':
      return [
        `${formatBytes(dialog.size)}${placeOf(dialog.path)} are deleted for good. To do it, type the name:`,
      ];
    case 'move':
      return [
        'A path, or the folder that holds it by its name. No file is moved; those with another time are compared with what was published first.',
      ];
    case 'limit':
      return limitEffect(dialog, limit);
  }
}

function placeOf(path: string | null): string {
  return path === null ? '' : ` at ${stripControls(path)}`;
}

/** The limit of all together holds besides, so it is told in both cases. */
function limitEffect({ ids }: LimitDialog, limit: OverallLimit | undefined): string[] {
  const now = limit?.now == null ? 'not limited' : `at most ${formatRate(limit.now)}`;
  const schedule = (limit?.schedule ?? []).map(scheduledWords).join('; ');
  const otherwise = schedule === '' ? '' : ' when the schedule says nothing else';
  return [
    ids === null
      ? `A rate${otherwise}, such as 500K or 2M; or none.`
      : `${ids.length === 1 ? 'A rate' : 'Of each, a rate'} to all its peers together, such as 500K or 2M; or none.`,
    `All together: ${now} now. ${schedule === '' ? 'There is no schedule.' : `Schedule: ${schedule}.`}`,
  ];
}

/** A line of the schedule, its bytes per second in words. */
function scheduledWords(line: string): string {
  return line.replace(/(?<= )\d+(?= peer |$)/g, (rate) =>
    rate === '0' ? 'no limit' : formatRate(Number(rate)),
  );
}
