import type { PublicationSummary } from '../../../control/publications.ts';
import type { DetailState } from '../../state/detail-state.ts';
import type { WatchedPublication } from '../../state/engine-state.ts';

/** What a tab of the detail view is given. */
export interface TabProps {
  readonly summary: PublicationSummary;
  /** What was fetched of it so far. */
  readonly watched: WatchedPublication;
  readonly view: DetailState;
  readonly width: number;
  readonly height: number;
}
