import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Owner, thisTest } from './owner.ts';

/** A new empty folder that is gone when the test, or whoever else owns it, is over. */
export async function temporaryFolder(owner: Owner = thisTest): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'everseed-test-'));
  owner.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
