import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../errors.ts';

/** A file system in the place where it is mounted. */
export interface Mount {
  /** Another one, mounted there later, has another id. */
  id: string;
  /** Absolute. */
  path: string;
}

/** How long the list of mounts is believed. */
const keepMs = 2_000;

/** Reads what Linux says in `/proc/self/mountinfo`; lines that make no sense are left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [id, , , , path] = line.split(' ', 5);
    if (!id || !path?.startsWith('/')) return [];
    const plain = path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 8)),
    );
    // Bytes that are no ASCII come as they are, in UTF-8; the escapes stand for ASCII alone.
    return [{ id, path: plain }];
  });
}

/** The mount that a path is in, as far as its words tell: the longest; of equals the latest. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of mounts) {
    const isIn = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
    if (isIn && mount.path.length >= (best?.path.length ?? 0)) best = mount;
  }
  return best;
}

/**
 * Names the mount that a path is in, without touching it, as that might hang. Where the system has
 * no list of mounts, the first two parts of the path stand in for it (`/Volumes/NAME`).
 *
 * `now`: milliseconds, on a clock that never goes back.
 */
export function createMountNames(now: () => number): (path: string) => string {
  let mounts: Mount[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  return (path) => {
    if (now() - readAt >= keepMs) {
      mounts = readMounts();
      readAt = now();
    }
    return mountOf(mounts, path)?.id ?? path.split('/', 3).join('/');
  };
}

function readMounts(): Mount[] {
  try {
    return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [];
  }
}
