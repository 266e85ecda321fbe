import type { Catalog } from '../catalog/catalog.ts';
import type { UndoableRow } from '../catalog/rows.ts';
import type { Requests } from '../control/protocol.ts';
import { EverseedError } from '../errors.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { Limiter } from './limit-requests.ts';
import type { OverallLimits } from './overall-limits.ts';
import { createLive, type LivePublication, type Publications } from './publications.ts';
import type { Services } from './services.ts';
import type { UndoLog } from './undo-log.ts';

interface UndoContext extends Limiter {
  catalog: Catalog;
  publications: Publications;
  services: Services;
  health: HealthMonitor;
  undoLog: UndoLog;
  now(): number;
  saveTotals(): void;
  record(level: 'info', text: string, live?: LivePublication): void;
  setState(live: LivePublication, state: 'seeding' | 'paused'): Promise<void>;
  overallLimit: OverallLimits;
}

/**
 * Undoes the newest batch of changes. What cannot be undone stays to be tried again.
 *
 * @throws EverseedError `nothing-to-undo`
 */
export async function undoNext(context: UndoContext): Promise<Requests['undo']['result']> {
  const { undoLog, publications } = context;
  const changes = undoLog.next();
  const [newest] = changes;
  if (!newest) {
    throw new EverseedError(
      'nothing-to-undo',
      'there is nothing to undo: only what was removed, paused, resumed or limited in the last 10 minutes can be',
    );
  }
  // once each, though two limits of it were changed
  const undone = new Set<LivePublication>();
  for (const change of changes) {
    const live = await undoOne(change, context);
    undoLog.drop(change.id);
    if (live) undone.add(live);
  }
  return { kind: newest.kind, publications: [...undone].map((live) => publications.summary(live)) };
}

async function undoOne(
  { kind, publicationId, limitOf, limitBefore }: UndoableRow,
  context: UndoContext,
): Promise<LivePublication | null> {
  if (publicationId === null) {
    context.overallLimit.set(limitBefore);
    return null;
  }
  if (kind === 'remove') return await restore(publicationId, context);
  const live = context.publications.byId(publicationId);
  if (!live) return null;
  if (kind === 'limit') {
    if (limitOf === 'connections') await context.setMaxConnections(live, limitBefore);
    else await context.setUploadLimit(live, limitBefore);
  } else await context.setState(live, kind === 'pause' ? 'seeding' : 'paused');
  return live;
}

/** Serves a publication again that was removed. */
async function restore(id: number, context: UndoContext): Promise<LivePublication | null> {
  const { catalog, publications, services, health, record } = context;
  // the engine was killed after it had, and before that was noted
  const restored = publications.byId(id);
  if (restored) return restored;
  // what was counted of it while it was removed
  context.saveTotals();
  const kept = catalog.unshelve(id);
  if (!kept) return null;
  const live = createLive(kept.publication, kept.totals, catalog.verifications.of(id));
  try {
    await services.serve(live);
  } catch (error) {
    await services.withdraw(live);
    catalog.shelve(id, context.now());
    throw error;
  }
  publications.add(live);
  health.inspectSoon(live);
  record('info', `took back the removal of ${live.row.name}`, live);
  return live;
}
