import type { Availability, CommandContext } from '../command.ts';
import { selectedPublications, focusedPublication as subject } from '../selection.ts';

/*
 * When commands about publications can run, and what the hint bar calls them then.
 */

export const nothingPublished = 'Nothing is published yet: p publishes a file or a folder.';
export const engineGone = 'Not now: the engine is not there.';

export function hasSubject(context: CommandContext): Availability {
  if (subject(context)) return true;
  if (context.ui.screen.name === 'detail') return 'This publication was removed.';
  return context.engine.publications.size === 0 ? nothingPublished : 'No publication is selected.';
}

/** Whether the engine can be asked for a change of the one publication that keys act on. */
export function canAsk(context: CommandContext): Availability {
  const publication = subject(context);
  if (!publication) return hasSubject(context);
  if (context.engine.link.phase !== 'online') return engineGone;
  return !context.ui.pending.has(publication.id) || 'The last change to it is still under way.';
}

/** Like `canAsk`, of all that is selected. */
export function canAskAll(context: CommandContext): Availability {
  const selected = selectedPublications(context);
  if (selected.length <= 1) return canAsk(context);
  if (context.engine.link.phase !== 'online') return engineGone;
  const isIdle = selected.some(({ id }) => !context.ui.pending.has(id));
  return isIdle || 'The last changes to them are still under way.';
}

/** What the bar calls a key that acts on all that is selected: `remove`, or `remove 3`. */
export function countedHint(hint: string): (context: CommandContext) => string {
  return (context) => withCount(hint, context);
}

export function withCount(hint: string, context: CommandContext): string {
  const count = selectedPublications(context).length;
  return count > 1 ? `${hint} ${count}` : hint;
}
