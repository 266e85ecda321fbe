import { DatabaseSync } from 'node:sqlite';
import { EverseedError } from '../errors.ts';
import { type Home, homeUnusable, makeDirectories } from '../home.ts';

const sqliteBusy = 5;

/**
 * Makes this process the one engine of `home`, or throws `engine-running` or `home-unusable`. The lock is SQLite's
 * exclusive lock on a file of its own: the kernel holds it and lets go of it when the process
 * ends, however it ends, so there is no stale lock to recover.
 */
export function lockHome(home: Home): { release(): void } {
  makeDirectories(home);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(home.lockFile, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) {
      throw new EverseedError(
        'engine-running',
        `an engine already runs for ${home.stateDirectory}: use it, end it with: everseed stop, or keep another one elsewhere with --home DIR`,
      );
    }
    throw homeUnusable(home.stateDirectory, error);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}
