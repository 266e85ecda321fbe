import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Lifetime } from './lifetime.ts';

/** A new empty folder that is gone when the test, or whatever it is for, is over. */
export async function temporaryFolder(lifetime: Lifetime = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'everseed-test-'));
  lifetime(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
