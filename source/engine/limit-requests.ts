import type { Catalog } from '../catalog/catalog.ts';
import type { EventRow } from '../catalog/rows.ts';
import type { Requests } from '../control/protocol.ts';
import type { PublicationDetail } from '../control/publications.ts';
import type { Mutex } from '../publishing/mutex.ts';
import type { OverallLimits } from './overall-limits.ts';
import type { Params } from './params.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { Services } from './services.ts';
import type { UndoLog } from './undo-log.ts';

/** What they act on. */
interface LimitContext {
  catalog: Catalog;
  publications: Publications;
  services: Services;
  overallLimit: OverallLimits;
  undoLog: UndoLog;
  record(level: EventRow['level'], text: string, live?: LivePublication): void;
  exclusively: Mutex;
}

type LimitRequest = 'limit' | 'limit.connections' | 'limit.overall';

type Handlers = {
  [M in LimitRequest]: (params: Params) => Promise<Requests[M]['result']>;
};

/** Changes the limits of a publication, without noting that it can be undone. */
export interface Limiter {
  /** Bytes per second; null for no limit. */
  setUploadLimit(live: LivePublication, uploadLimit: number | null): Promise<void>;
  /** Peers connected at one time; null for as many as the settings say. */
  setMaxConnections(live: LivePublication, maxConnections: number | null): Promise<void>;
}

export function createLimiter({
  catalog,
  services,
  publications,
}: Pick<LimitContext, 'catalog' | 'services' | 'publications'>): Limiter {
  return {
    async setUploadLimit(live, uploadLimit) {
      catalog.setUploadLimit(live.row.id, uploadLimit);
      live.row.uploadLimit = uploadLimit;
      await services.limit(live);
      publications.update(live, {});
    },
    async setMaxConnections(live, maxConnections) {
      catalog.setMaxConnections(live.row.id, maxConnections);
      await services.limitConnections(live, maxConnections);
    },
  };
}

/** The requests that change limits, each of which can be undone. */
export function createLimitRequests(
  { catalog, publications, overallLimit, undoLog, record, exclusively }: LimitContext,
  limiter: Limiter,
  detail: (live: LivePublication) => PublicationDetail,
): Handlers {
  const find = (params: Params) => publications.find(params.text('id'));

  const changeUploadLimit = async (params: Params) => {
    const live = find(params);
    const before = live.row.uploadLimit;
    const uploadLimit = params.rate('uploadLimit');
    if (uploadLimit !== before) {
      await limiter.setUploadLimit(live, uploadLimit);
      undoLog.note('limit', live.row.id, params.optionalText('batch'), { of: 'upload', before });
      record('info', `changed the upload limit of ${live.row.name}`, live);
    }
    return detail(live);
  };

  const changeMaxConnections = async (params: Params) => {
    const live = find(params);
    const before = catalog.publication(live.row.id).maxConnections;
    const maxConnections = params.countOrNull('maxConnections');
    if (maxConnections !== before) {
      await limiter.setMaxConnections(live, maxConnections);
      const limit = { of: 'connections', before } as const;
      undoLog.note('limit', live.row.id, params.optionalText('batch'), limit);
      record('info', `changed how many peers ${live.row.name} may have`, live);
    }
    return detail(live);
  };

  const changeOverallLimit = (params: Params) => {
    const before = overallLimit.describe().usual;
    const uploadLimit = params.rate('uploadLimit');
    if (uploadLimit !== before) {
      overallLimit.set(uploadLimit);
      undoLog.note('limit', null, undefined, { of: 'upload', before });
      record('info', 'changed the upload limit of all together');
    }
    return overallLimit.describe();
  };

  return {
    limit: (params) => exclusively(() => changeUploadLimit(params)),
    'limit.connections': (params) => exclusively(() => changeMaxConnections(params)),
    'limit.overall': (params) => exclusively(async () => changeOverallLimit(params)),
  };
}
