import type { PublicationSummary } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { counted } from '../components/counted.ts';
import type { PendingChange } from '../state/ui-state.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

/** Of publications that a dialog was about. */
export const goneMeanwhile = 'It was removed meanwhile.';

/** Those of the publications that are still there. */
export function knownOf({ engine }: Services, ids: readonly number[]): PublicationSummary[] {
  const { publications } = engine.get();
  return ids.map((id) => publications.get(id)).filter((one) => one !== undefined);
}

/** What was changed, of all that was asked for: by its name, or how many. */
export function changedWords(
  changed: readonly PublicationSummary[],
  all: readonly PublicationSummary[],
): string {
  const [only] = all;
  if (only && all.length === 1) return stripControls(only.name);
  const count = counted(all.length, 'publication');
  return changed.length === all.length ? count : `${changed.length} of ${count}`;
}

/**
 * Asks for a change of each that has none under way, which shows on it until it is answered.
 * Resolves with those that changed; the last failure is complained of.
 */
type ChangeEach = (
  publications: readonly PublicationSummary[],
  change: PendingChange,
  ask: (publication: PublicationSummary) => Promise<void>,
) => Promise<PublicationSummary[]>;

export function createChanger({ ui }: Services, messages: Messages): ChangeEach {
  return async (publications, change, ask) => {
    const idle = publications.filter(({ id }) => !ui.get().pending.has(id));
    for (const { id } of idle) ui.dispatch({ type: 'mark-pending', id, change });
    const outcomes = await Promise.all(
      idle.map(async (publication) => {
        try {
          await ask(publication);
          return publication;
        } catch (error) {
          messages.complain(error);
          return null;
        } finally {
          ui.dispatch({ type: 'unmark-pending', id: publication.id });
        }
      }),
    );
    return outcomes.filter((publication) => publication !== null);
  };
}
