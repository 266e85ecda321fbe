import { availableParallelism } from 'node:os';
import type { FileRow } from '../catalog/rows.ts';
import { EverseedError } from '../errors.ts';
import { isUnchanged } from '../file-identity.ts';
import { type Info, parsePublishedInfo } from '../metainfo/info.ts';
import {
  type FoundFile,
  inspectFiles,
  locateContent,
} from '../metainfo/verifying/inspect-files.ts';
import { type VerifiedFile, verifyContentAt } from '../metainfo/verifying/verify.ts';
import { rowOf } from './verified-content.ts';
import type { VerifyingHost, VerifyObserver } from './verify-publication.ts';

export interface MoveOptions extends Omit<VerifyObserver, 'isWanted'> {
  /** Compare files whose time is another one than it was; else they keep it from being moved. */
  verify: boolean;
}

/**
 * Has a publication served from where its content is now: at `path`, or in the folder there by its
 * name. Every file must be there as it was, by size and time; nothing is read unless it is asked
 * for. Nothing is deleted, and when this throws, all is as it was.
 *
 * Returns where the content was found.
 *
 * @throws EverseedError `content-not-whole`, `content-touched`, `content-changed`, `moved`
 */
export async function moveContent(
  host: VerifyingHost,
  id: number,
  path: string,
  options: MoveOptions,
): Promise<string> {
  const { catalog } = host;
  const row = catalog.publication(id);
  const info = parsePublishedInfo(catalog.info(id));
  const contentPath = await locateContent(info, path);
  const found = (await inspectFiles(info, contentPath)).filter(({ file }) => !file.symlink);
  const known = catalog.files(id);
  expectThere(found, known, contentPath);
  const touched = new Set(found.filter((file, place) => !isAsKnown(file, known[place])));
  expectUntouched(touched, options.verify, contentPath);
  const files =
    touched.size === 0
      ? found.map(fileRowOf)
      : await verifiedFiles(host, id, info, contentPath, touched, options);
  await host.exclusively(async () => {
    options.signal.throwIfAborted();
    if (catalog.find(id)?.path !== row.path) {
      throw new EverseedError('moved', `${row.name} is not at ${row.path} any more: try again`);
    }
    catalog.relocate(id, contentPath, files);
  });
  return contentPath;
}

/** The files as they are kept, once those that were touched were read and are what was published. */
async function verifiedFiles(
  host: VerifyingHost,
  id: number,
  info: Info,
  contentPath: string,
  touched: ReadonlySet<FoundFile>,
  { signal, onWaiting, onVerifying }: MoveOptions,
): Promise<FileRow[]> {
  const { catalog } = host;
  const paths = new Set([...touched].map((file) => file.path));
  const verification = await host.hashingTurns({ signal, onWait: onWaiting }, () =>
    verifyContentAt({ info, pieceLayers: catalog.pieceLayers(id) }, contentPath, {
      signal,
      workers: host.hashThreads() || availableParallelism(),
      onProgress: onVerifying,
      isWanted: (file) => paths.has(file.path),
    }),
  );
  const { files, wrongPieces, missingPieces } = verification;
  const wasBad = new Set(catalog.verifications.badPieces(id));
  const bad = [...wrongPieces, ...missingPieces].filter((piece) => !wasBad.has(piece));
  const changed = files.find(({ status }) => status === 'changed');
  if (changed) {
    throw new EverseedError(
      'content-changed',
      `${changed.found.path} changed while it was read: wait until nothing writes there, then try again`,
    );
  }
  if (bad.length > 0) {
    const isToBlame = ({ status }: VerifiedFile) => status !== 'good' && status !== 'unproven';
    const which = files.find(isToBlame)?.path.join('/');
    throw new EverseedError(
      'content-not-whole',
      `${contentPath} is not what was published: ${bad.length} of ${verification.pieceCount} pieces ${bad.length === 1 ? 'is' : 'are'} wrong or missing, such as of ${which}`,
    );
  }
  // What cannot be read was bad before; its place in the pieces is another file's if it is left out.
  return files
    .filter(({ found }) => !found.file.symlink)
    .map((file) => rowOf(file) ?? fileRowOf(file.found));
}

/** @throws EverseedError `content-not-whole` when a file is not there, or not of its size */
function expectThere(
  found: readonly FoundFile[],
  known: readonly FileRow[],
  contentPath: string,
): void {
  const wrong = found.filter(({ onDisk, isOther }, place) => {
    const { length, onDisk: before = length } = known[place] ?? { length: Number.NaN };
    return isOther || onDisk !== before;
  });
  const [first] = wrong;
  if (!first) return;
  const what = first.onDisk === null ? 'is missing there' : 'has another size there';
  const more = wrong.length - 1;
  const others =
    more === 0 ? '' : `, and ${more} more ${more === 1 ? 'is' : 'are'} not as published`;
  throw new EverseedError(
    'content-not-whole',
    `${contentPath} is not what was published: ${first.file.path.join('/')} ${what}${others}`,
  );
}

/** @throws EverseedError `content-touched` when files would have to be read, and are not to be */
function expectUntouched(
  touched: ReadonlySet<FoundFile>,
  verify: boolean,
  contentPath: string,
): void {
  const [first] = touched;
  if (!first || verify) return;
  const others = touched.size === 1 ? '' : `, and ${touched.size - 1} more`;
  throw new EverseedError(
    'content-touched',
    `${first.file.path.join('/')} at ${contentPath} has another modification time than what was published${others}: have it compared (--verify), or copy it with its time (cp -p, rsync -a)`,
  );
}

function isAsKnown({ onDisk, modifiedMs }: FoundFile, known: FileRow | undefined): boolean {
  if (!known || onDisk === null || modifiedMs === null) return false;
  return isUnchanged({ isFile: () => true, size: onDisk, mtimeMs: modifiedMs }, known);
}

function fileRowOf({ path, file, onDisk, modifiedMs, inode }: FoundFile): FileRow {
  return {
    path,
    length: file.length,
    ...(onDisk !== null && onDisk !== file.length && { onDisk }),
    modifiedMs: modifiedMs ?? 0,
    ...(inode !== null && { inode }),
  };
}
