import { bodyHeight } from '../state/body-height.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { UiState } from '../state/ui-state.ts';
import { detailScrollEnd } from '../views/detail-facts.ts';
import { detailTitleRows } from '../views/title-rows.ts';

/** How far what is in front can be scrolled; 0 of what does not scroll. */
export function scrollEnd(ui: UiState, engine: EngineState): number {
  const height = bodyHeight(ui, engine);
  const summary = ui.screen.name === 'detail' && engine.publications.get(ui.screen.id);
  if (!summary) return 0;
  return detailScrollEnd(summary, engine, {
    columns: ui.size.columns,
    rows: height - detailTitleRows,
  });
}
