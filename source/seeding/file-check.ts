import type { Stats } from 'node:fs';
import { timeToleranceMs } from '../file-identity.ts';
import type { ContentFile } from './content.ts';
import { FileFault } from './file-fault.ts';

/** @throws FileFault when the file is not what the catalog recorded */
export function expectAsHashed(file: ContentFile, stats: Stats): void {
  const { path } = file;
  if (!stats.isFile()) throw new FileFault(path, 'changed', 'is not a file any more');
  const { onDisk = file.length } = file;
  if (stats.size !== onDisk) {
    const sizes = `it had ${onDisk} bytes, now ${stats.size}`;
    throw new FileFault(path, 'changed', `was changed after it was published: ${sizes}`);
  }
  if (Math.abs(stats.mtimeMs - file.modifiedMs) >= timeToleranceMs) {
    const modified = new Date(stats.mtimeMs).toISOString();
    throw new FileFault(path, 'changed', `was changed after it was published, at ${modified}`);
  }
}
