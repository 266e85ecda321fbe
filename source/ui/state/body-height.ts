import type { EngineState } from './engine-state.ts';
import type { UiState } from './ui-state.ts';

/** The header, the status line and the hint bar. */
const frameRows = 3;

/** From this many rows on, one is spent on a rule below the header. */
const roomyRows = 20;

export function hasRule({ size }: UiState): boolean {
  return size.rows >= roomyRows;
}

/** The rows between the frame's lines; the banner takes one of them while the engine is lost. */
export function bodyHeight(ui: UiState, engine: EngineState): number {
  const extras = Number(hasRule(ui)) + Number(engine.link.phase === 'lost');
  return Math.max(0, ui.size.rows - frameRows - extras);
}
