import { basename, relative } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import type { Requests } from '../control/protocol.ts';
import type { PublicationDetail } from '../control/publications.ts';
import type { ControlPeer } from './control-server.ts';
import type { DamagedFiles } from './damaged-files.ts';
import type { Params } from './params.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { VerifyJobs } from './verify-jobs.ts';

const mostFiles = 1_000;

/** What they act on. */
interface ContentContext {
  catalog: Catalog;
  publications: Publications;
  verifyJobs: VerifyJobs;
  damagedFiles: DamagedFiles;
}

type ContentRequest = 'files' | 'verify' | 'move';

type Handlers = {
  [M in ContentRequest]: (
    params: Params,
    peer: ControlPeer,
  ) => Requests[M]['result'] | Promise<Requests[M]['result']>;
};

/** The requests that are about the content of a publication on disk. */
export function createContentRequests(
  { catalog, publications, verifyJobs, damagedFiles }: ContentContext,
  detail: (live: LivePublication) => PublicationDetail,
): Handlers {
  const find = (params: Params) => publications.find(params.text('id'));
  return {
    files(params) {
      const live = find(params);
      const offset = params.integer('offset', 0, Number.MAX_SAFE_INTEGER);
      const rows = catalog.someFiles(live.row.id, offset, params.integer('limit', 1, mostFiles));
      const faults = new Map(live.dataFaults?.map(({ path, kind }) => [path, kind]));
      const root = catalog.publication(live.row.id).path;
      const damage = damagedFiles.of(live).files;
      const files = rows.map(({ path, length }, index) => {
        const fault = faults.get(path);
        const blame = fault ? undefined : damage.get(offset + index);
        return {
          path: relative(root, path) || basename(path),
          length,
          fault: fault ?? blame?.kind ?? null,
          ...(blame?.neighbour !== undefined && { sharesPieceWith: blame.neighbour }),
        };
      });
      return { total: live.row.fileCount, files };
    },

    verify(params, peer) {
      const live = find(params);
      const { path } = catalog.publication(live.row.id);
      return verifyJobs.verify(params.text('job'), live, path, (progress) =>
        peer.notify('publish.progress', progress),
      );
    },

    async move(params, peer) {
      const live = find(params);
      const to = { path: params.absolutePath('path'), verify: params.boolean('verify') };
      await verifyJobs.move(params.text('job'), live, to, (progress) =>
        peer.notify('publish.progress', progress),
      );
      return detail(live);
    },
  };
}
