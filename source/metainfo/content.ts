import { lendThreads } from './hashing/hash-threads.ts';
import type { Content } from './scan.ts';

export { type Content, type LeftOut, leftOutReasons } from './scan.ts';

interface ScanOptions {
  /** Globs of files and folders to leave out. */
  exclude?: readonly string[];
  /** Aborting it ends the scan at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Finds out what there is to publish at a path, in a thread of its own. Nothing is read but names,
 * sizes and times. Links are followed where they stay inside the folder.
 *
 * @throws EverseedError `path-missing`, `path-unreadable`, `path-not-content` (a socket, device or
 *   pipe), `content-empty`, `name-not-utf8`, `content-unreadable` (something inside the folder),
 *   `content-changed` (something vanished meanwhile)
 */
export async function scanContent(path: string, options: ScanOptions = {}): Promise<Content> {
  const { exclude = [], signal } = options;
  const [content] = await lendThreads(1, signal, (thread) => thread.scan(path, exclude));
  if (!content) throw new Error('the scan ended without an answer');
  return content;
}
