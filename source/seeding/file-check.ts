import type { BigIntStats } from 'node:fs';
import { identityOf, isReplaced, timeToleranceMs } from '../file-identity.ts';
import type { ContentFile } from './content.ts';
import { FileFault } from './file-fault.ts';

/** @throws FileFault when the file is not what the catalog recorded */
export function expectAsHashed(file: ContentFile, stats: BigIntStats): void {
  const { path, onDisk = file.length } = file;
  if (!stats.isFile()) throw new FileFault(path, 'changed', 'is not a file any more');
  const found = identityOf(stats);
  if (found.size !== onDisk) {
    const sizes = `it had ${onDisk} bytes, now ${found.size}`;
    throw new FileFault(path, 'changed', `was changed after it was published: ${sizes}`);
  }
  if (Math.abs(found.modifiedMs - file.modifiedMs) >= timeToleranceMs) {
    const modified = new Date(found.modifiedMs).toISOString();
    throw new FileFault(path, 'changed', `was changed after it was published, at ${modified}`);
  }
  if (isReplaced(found, file)) {
    const problem = 'was replaced by another file of its size and time, which is to be verified';
    throw new FileFault(path, 'replaced', problem);
  }
}
