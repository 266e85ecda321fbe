import type { PublicationSummary } from '../../control/publications.ts';
import { locateCursor, markedIds } from '../state/visible-publications.ts';
import type { CommandContext } from './command.ts';

/**
 * The publications that keys act on: the marked ones of the list, else the one under its cursor;
 * the one that is open, or was just published.
 */
export function selectedPublications(
  context: Pick<CommandContext, 'ui' | 'engine' | 'visible'>,
): readonly PublicationSummary[] {
  const { ui, engine, visible } = context;
  if (ui.screen.name !== 'list')
    return [focusedPublication(context)].filter((one) => one !== undefined);
  const marked = markedIds(ui.list, engine.publications, visible);
  if (marked.size > 0) {
    return [...marked].map((id) => engine.publications.get(id)).filter((one) => one !== undefined);
  }
  return visible.slice(Math.max(0, locateCursor(visible, ui.list.cursor))).slice(0, 1);
}

/** The one publication that is under the cursor, open, or was just published. */
export function focusedPublication({
  ui,
  engine,
  visible,
}: Pick<CommandContext, 'ui' | 'engine' | 'visible'>): PublicationSummary | undefined {
  switch (ui.screen.name) {
    case 'list':
      return visible[locateCursor(visible, ui.list.cursor)];
    case 'detail':
      return engine.publications.get(ui.screen.id);
    case 'tracker':
    case 'health':
    case 'log':
      return undefined;
    case 'publish':
      return ui.screen.step.name === 'done' ? ui.screen.step.result.publication : undefined;
  }
}
