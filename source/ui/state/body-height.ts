import { type EngineState, isOtherVersion } from './engine-state.ts';
import type { UiState } from './ui-state.ts';

/** The header, the status line and the hint bar. */
const frameRows = 3;

/** From this many rows on, one is spent on a rule below the header. */
const roomyRows = 20;

export function hasRule({ size }: UiState): boolean {
  return size.rows >= roomyRows;
}

/** Whether there is something about the engine to say above everything else. */
function hasBanner({ link }: Pick<EngineState, 'link'>): boolean {
  return link.phase === 'lost' || isOtherVersion(link);
}

/** The rows between the frame's lines, one less while there is a banner. */
export function bodyHeight(ui: UiState, engine: EngineState): number {
  const extras = Number(hasRule(ui)) + Number(hasBanner(engine));
  return Math.max(0, ui.size.rows - frameRows - extras);
}
