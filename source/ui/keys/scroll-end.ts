import { bodyHeight } from '../state/body-height.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { UiState } from '../state/ui-state.ts';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import { tabScrollEnd } from '../views/detail/tab-rows.ts';
import { trackerPanelLines } from '../views/panels/tracker-panel-lines.ts';
import { detailTitleRows } from '../views/title-rows.ts';

/** How far what is in front can be scrolled; 0 of what does not scroll. */
export function scrollEnd({ ui, engine }: { ui: UiState; engine: EngineState }): number {
  const height = bodyHeight(ui, engine);
  if (ui.screen.name === 'tracker') {
    const lines = trackerPanelLines(engine, ui.size.columns, unicodeGlyphs);
    return Math.max(0, lines.length - height);
  }
  const summary = ui.screen.name === 'detail' && engine.publications.get(ui.screen.id);
  if (!summary) return 0;
  return tabScrollEnd(ui.detail, engine, summary, {
    columns: ui.size.columns,
    rows: height - detailTitleRows,
  });
}
