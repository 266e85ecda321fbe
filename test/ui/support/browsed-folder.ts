import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { FakeEngine } from './fake-engine.ts';
import { closeScreens, Screen } from './screen.ts';

/** A folder with something to publish, another for each test of the file that calls this. */
export function browsedFolder() {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'everseed-browser-'));
    await mkdir(join(folder, 'photos', 'summer'), { recursive: true });
    await writeFile(join(folder, 'debian.iso'), 'x'.repeat(2048));
    await writeFile(join(folder, '.hidden'), '');
  });

  afterEach(async () => {
    closeScreens();
    await rm(folder, { recursive: true });
  });

  return {
    path: (...names: string[]) => join(folder, ...names),
    /** The dashboard, whose file browser begins there. */
    open: (engine: FakeEngine, size: { columns?: number; rows?: number } = {}) =>
      new Screen(engine, { cwd: folder, ...size }),
  };
}
