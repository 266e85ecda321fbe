import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { EverseedError, messageOf, systemErrorCode } from './errors.ts';

/** Where one everseed installation keeps its things; all paths absolute. */
export interface Home {
  /** The one directory of `--home`, or null when the XDG directories are used. */
  readonly root: string | null;
  readonly configDirectory: string;
  readonly settingsFile: string;
  readonly stateDirectory: string;
  readonly catalogFile: string;
  /** What interrupted publishing had hashed. */
  readonly journalFolder: string;
  /** Upload rates and peers over time. */
  readonly historyFolder: string;
  readonly lockFile: string;
  readonly logFile: string;
  /**
   * The control socket. It is kept with the state, not in XDG_RUNTIME_DIR: that directory is
   * emptied when its user logs out, and the engine outlives the login.
   */
  readonly socketFile: string;
}

/**
 * Finds the home: `--home`, else EVERSEED_HOME, else the XDG directories of the user.
 * A relative path is taken from `cwd`.
 */
export function findHome(
  homeOption: string | undefined,
  environment: NodeJS.ProcessEnv,
  cwd: string,
): Home {
  const chosen = homeOption || environment['EVERSEED_HOME'];
  const root = chosen ? resolve(cwd, chosen) : null;
  const configDirectory =
    root ?? join(baseDirectory(environment['XDG_CONFIG_HOME'], '.config'), 'everseed');
  const stateDirectory =
    root ?? join(baseDirectory(environment['XDG_STATE_HOME'], '.local/state'), 'everseed');
  return {
    root,
    configDirectory,
    settingsFile: join(configDirectory, 'settings.json'),
    stateDirectory,
    catalogFile: join(stateDirectory, 'catalog.sqlite'),
    journalFolder: join(stateDirectory, 'hashing'),
    historyFolder: join(stateDirectory, 'history'),
    lockFile: join(stateDirectory, 'engine.lock'),
    logFile: join(stateDirectory, 'engine.log'),
    socketFile: join(stateDirectory, 'engine.sock'),
  };
}

/**
 * Makes a home's directories where there are none yet, for their owner alone.
 *
 * @throws EverseedError `home-unusable`
 */
export function makeDirectories({ stateDirectory, configDirectory }: Home): void {
  try {
    makeDirectory(stateDirectory);
    makeDirectory(configDirectory);
  } catch (error) {
    throw homeUnusable(stateDirectory, error);
  }
}

/** What to tell of a home in which something cannot be kept. */
export function homeUnusable(stateDirectory: string, cause: unknown): EverseedError {
  return new EverseedError(
    'home-unusable',
    `cannot keep state in ${stateDirectory}: ${messageOf(cause)}; choose another place with --home DIR`,
    { cause },
  );
}

/**
 * A sentence that advises commands, as in `: everseed config set NAME VALUE`, with these for `home`:
 * without it they would change another one.
 */
export function commandsForHome(sentence: string, { root }: Pick<Home, 'root'>): string {
  if (root === null) return sentence;
  const word = /^[\w@%+=:,./-]+$/.test(root) ? root : `'${root.replaceAll("'", "'\\''")}'`;
  return sentence.replaceAll(
    /(: |, then )everseed(?= [a-z]| --help|\s*$)/g,
    (_, before: string) => `${before}everseed --home ${word}`,
  );
}

/** Not by `recursive`: where no directory can be made, as below /proc, Node never ends that. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // another process may have made it meanwhile
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

/** As the XDG specification has it: a relative path is to be ignored. */
function baseDirectory(chosen: string | undefined, usual: string): string {
  return chosen && isAbsolute(chosen) ? chosen : join(homedir(), usual);
}
