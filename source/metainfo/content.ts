import { ContentFiles } from './content-files.ts';
import { lendThreads, prepareThreads } from './hashing/hash-threads.ts';
import { inside, type PackedContent, type ScanRules } from './scan.ts';

export {
  type LeftOut,
  leftOutReasons,
  type ScanRules,
  type SymlinkRule,
} from './scan.ts';

/** What is on disk at a path, to be published. */
export interface Content extends Omit<PackedContent, 'files'> {
  files: ContentFiles;
}

interface ScanOptions extends ScanRules {
  /** How many threads will hash the content next: those start meanwhile. None unless set. */
  hashThreads?: number;
  /** Aborting it ends the scan at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Finds out what there is to publish at a path, in a thread of its own. Nothing is read but names,
 * sizes and times.
 *
 * @throws EverseedError `path-missing`, `path-too-long`, `path-unreadable`, `path-not-content` (a
 *   socket, device or pipe), `content-empty`, `name-not-utf8`, `content-unreadable` (something inside
 *   the folder), `content-changed` (something vanished meanwhile)
 */
export async function scanContent(path: string, options: ScanOptions = {}): Promise<Content> {
  const { signal, hashThreads = 0, ...rules } = options;
  signal?.throwIfAborted();
  if (hashThreads > 0) prepareThreads(hashThreads);
  const [packed] = await lendThreads(1, signal, (thread) => thread.scan(path, rules));
  if (!packed) throw new Error('the scan ended without an answer');
  const { path: root, kind } = packed;
  const absolute = (below: string) => (kind === 'file' ? root : inside(root, below));
  return { ...packed, files: new ContentFiles(packed.files, absolute) };
}
