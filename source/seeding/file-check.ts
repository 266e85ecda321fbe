import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { timeToleranceMs } from '../file-identity.ts';
import type { ContentFile } from './content.ts';
import { FileFault, fileFaultOf, isMissing } from './file-fault.ts';

/** @throws FileFault when the file is not what the catalog recorded */
export function expectAsHashed(file: ContentFile, stats: Stats): void {
  const { path } = file;
  if (!stats.isFile()) throw new FileFault(path, 'changed', 'is not a file any more');
  if (stats.size !== file.length) {
    const sizes = `it had ${file.length} bytes, now ${stats.size}`;
    throw new FileFault(path, 'changed', `was changed after it was published: ${sizes}`);
  }
  if (Math.abs(stats.mtimeMs - file.modifiedMs) >= timeToleranceMs) {
    const modified = new Date(stats.mtimeMs).toISOString();
    throw new FileFault(path, 'changed', `was changed after it was published, at ${modified}`);
  }
}

/**
 * What is wrong with a file as far as can be told without opening it, or null.
 *
 * @throws what is no fault of the file
 */
export async function faultOf(file: ContentFile): Promise<FileFault | null> {
  try {
    expectAsHashed(file, await statFile(file.path));
    return null;
  } catch (error) {
    if (error instanceof FileFault) return error;
    throw error;
  }
}

async function statFile(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw fileFaultOf(path, error);
  }
}

/** Whether there is nothing at a path. */
export async function isGone(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return isMissing(error);
  }
}
