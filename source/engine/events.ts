import type { EventRow } from '../catalog/rows.ts';
import type { EngineEvent } from '../control/engine.ts';

/** An event of the catalog as clients are told it. */
export function eventOf({ publicationId, ...event }: EventRow): EngineEvent {
  return { ...event, publication: publicationId };
}
