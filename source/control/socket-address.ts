import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The kernel keeps 108 bytes for a Unix socket's path, its ending NUL included (macOS: 104). */
const maxPathBytes = 103;

/**
 * The path under which to bind or connect the socket `file`. One too long for the kernel is
 * reached through its opened directory, for as long as `release` is not called; where that is
 * not possible (no /proc), the system's own error about the path comes.
 */
export function socketAddress(file: string): { path: string; release(): void } {
  if (Buffer.byteLength(file) <= maxPathBytes || process.platform !== 'linux') {
    return { path: file, release: () => undefined };
  }
  const directory = openSync(dirname(file), constants.O_RDONLY | constants.O_DIRECTORY);
  return {
    path: `/proc/self/fd/${directory}/${basename(file)}`,
    release: () => closeSync(directory),
  };
}
