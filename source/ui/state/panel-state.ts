import type { EngineEvent } from '../../control/engine.ts';
import type { ListCursor } from './list-state.ts';

/** The views of the whole box, besides the list. */
export type Panel = 'tracker' | 'health' | 'log';

/** The panels that are lists; their cursor is bound to a publication, or to an event. */
export type ListPanel = Exclude<Panel, 'tracker'>;

export interface PanelState {
  health: ListCursor | null;
  log: ListCursor | null;
  trackerScroll: number;
  /** The log shows errors only. */
  isErrorsOnly: boolean;
}

export type PanelAction =
  | { type: 'put-panel-cursor'; panel: ListPanel; cursor: ListCursor | null }
  | { type: 'scroll-tracker'; scroll: number }
  | { type: 'toggle-errors-only' };

export const initialPanelState: PanelState = {
  health: null,
  log: null,
  trackerScroll: 0,
  isErrorsOnly: false,
};

export function reducePanel(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case 'put-panel-cursor':
      return { ...state, [action.panel]: action.cursor };
    case 'scroll-tracker':
      return { ...state, trackerScroll: action.scroll };
    case 'toggle-errors-only':
      return { ...state, isErrorsOnly: !state.isErrorsOnly, log: null };
  }
}

/** What the log shows, the newest first. */
export function loggedEvents(
  events: readonly EngineEvent[],
  isErrorsOnly: boolean,
): readonly EngineEvent[] {
  return events.filter(({ level }) => !isErrorsOnly || level === 'error').toReversed();
}
