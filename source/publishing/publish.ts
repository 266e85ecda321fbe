import type { Catalog, NewPublication } from '../catalog/catalog.ts';
import type { PublicationRow } from '../catalog/rows.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { type Content, type LeftOut, scanContent } from '../metainfo/content.ts';
import {
  createInfo,
  type HashProgress,
  type InfoPlan,
  planInfo,
  type V1InfoOptions,
} from '../metainfo/create.ts';

/** What a publisher may choose; everything left out has a sensible default. */
export interface PublishChoices {
  name?: string;
  format?: 'v1' | 'v2' | 'hybrid';
  /** Bytes. */
  pieceLength?: number;
  private?: boolean;
  comment?: string;
  source?: string;
  /** Trackers besides the engine's own, each a tier. */
  trackers?: string[];
  webSeeds?: string[];
  exclude?: string[];
}

/** What publishing needs of the engine. */
export interface PublishingHost {
  readonly catalog: Catalog;
  /** How many threads hash; 0 for one each core. */
  hashThreads(): number;
  now(): number;
  /** Makes tracker, seeder and site serve the publication; resolves when they do. */
  goLive(publication: PublicationRow): Promise<void>;
}

export interface PublishObserver {
  signal: AbortSignal;
  onScanned(content: Content): void;
  onHashing(progress: HashProgress): void;
  onRegistering(): void;
}

export interface PublishOutcome {
  publication: PublicationRow;
  /** It was there before; nothing was added. */
  existing: boolean;
  /** What is at the path, but not part of the publication. */
  leftOut: LeftOut[];
}

/** What publishing `path` would make, without hashing it. */
export async function previewPublication(
  path: string,
  choices: PublishChoices,
): Promise<{ content: Content; plan: InfoPlan }> {
  checkChoices(choices);
  const content = await scanContent(path, { exclude: choices.exclude ?? [] });
  return { content, plan: planInfo(content, infoOptions(choices)) };
}

/**
 * Publishes `path`: hashes it, keeps it in the catalog, and has it served. When this returns, all
 * of that is durable and live; when it throws, nothing of it is left. Content that is already
 * published is not published again: the publication there is comes back as `existing`.
 */
export async function publish(
  host: PublishingHost,
  path: string,
  choices: PublishChoices,
  observer: PublishObserver,
): Promise<PublishOutcome> {
  checkChoices(choices);
  const { signal } = observer;
  const hashThreads = host.hashThreads();
  const content = await scanContent(path, { exclude: choices.exclude ?? [], signal });
  observer.onScanned(content);
  const { leftOut } = content;
  const created = await createInfo(content, infoOptions(choices), {
    signal,
    onProgress: observer.onHashing,
    ...(hashThreads > 0 ? { workers: hashThreads } : {}),
  });
  observer.onRegistering();

  const existing = host.catalog.byInfoHash(created.infoHash);
  if (existing) return { publication: existing, existing: true, leftOut };

  const publication = addToCatalog(host.catalog, {
    infoHash: created.infoHash,
    infoHashV2: null,
    name: created.name,
    path: content.path,
    size: content.size,
    fileCount: content.files.length,
    pieceLength: created.pieceLength,
    pieceCount: created.pieceCount,
    format: 'v1',
    private: choices.private ?? false,
    comment: choices.comment ?? null,
    trackers: (choices.trackers ?? []).map((url) => [url]),
    webSeeds: choices.webSeeds ?? [],
    state: 'seeding',
    createdAt: host.now(),
    info: created.info,
    files: content.files.map((file) => ({
      path: file.absolutePath,
      length: file.length,
      modifiedMs: file.modifiedMs,
    })),
  });
  try {
    await host.goLive(publication);
  } catch (error) {
    host.catalog.remove(publication.id);
    throw error;
  }
  return { publication, existing: false, leftOut };
}

function addToCatalog(catalog: Catalog, publication: NewPublication): PublicationRow {
  try {
    return catalog.add(publication);
  } catch (error) {
    throw new EverseedError(
      'catalog-unwritable',
      `cannot write the catalog: ${messageOf(error)}; ${publication.name} was not published (is the disk full?)`,
      { cause: error },
    );
  }
}

function infoOptions({ name, pieceLength, source, ...choices }: PublishChoices): V1InfoOptions {
  return {
    ...(name !== undefined && { name }),
    ...(pieceLength !== undefined && { pieceLength }),
    ...(source !== undefined && { source }),
    ...(choices.private && { private: true }),
  };
}

const trackerSchemes = ['http:', 'https:', 'udp:', 'ws:', 'wss:'];
const webSeedSchemes = ['http:', 'https:', 'ftp:'];

function checkChoices(choices: PublishChoices): void {
  if (choices.format && choices.format !== 'v1') {
    throw new EverseedError(
      'format-unsupported',
      `this version of everseed makes v1 publications only, not ${choices.format}: leave --format out`,
    );
  }
  for (const url of choices.trackers ?? []) checkUrl(url, 'tracker', trackerSchemes);
  for (const url of choices.webSeeds ?? []) checkUrl(url, 'web seed', webSeedSchemes);
}

function checkUrl(url: string, what: string, schemes: string[]): void {
  if (URL.canParse(url) && schemes.includes(new URL(url).protocol)) return;
  throw new EverseedError(
    'url-invalid',
    `${url} is not a ${what} URL: it must begin with ${schemes.map((scheme) => `${scheme}//`).join(', ')}`,
  );
}
