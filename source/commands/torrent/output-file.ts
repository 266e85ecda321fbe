import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EverseedError, systemErrorCode } from '../../errors.ts';

/** Instead of a path: the standard output. */
export const standardOutput = '-';

/**
 * Where a torrent is to be written: the file that was asked for, or `name` in the folder that was,
 * or in `cwd`; `standardOutput` as it is.
 *
 * @throws EverseedError `usage` when several torrents are to be one file
 */
export async function findOutput(
  cwd: string,
  asked: string | undefined,
  name: string,
  several: boolean,
): Promise<string> {
  if (asked === undefined) return resolve(cwd, name);
  if (asked === standardOutput) {
    if (!several) return standardOutput;
    throw new EverseedError('usage', 'several torrents do not fit into the standard output');
  }
  const path = resolve(cwd, asked);
  if (asked.endsWith('/') || (await isFolder(path))) return join(path, name);
  if (!several) return path;
  throw new EverseedError(
    'usage',
    `several torrents do not fit into one file: ${path} must be a folder`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    // What is wrong with it is said when it is to be written.
    if (systemErrorCode(error) !== undefined) return false;
    throw error;
  }
}

/**
 * Checks, before the long work, that a file can be written in the end.
 *
 * @throws EverseedError `output-exists` or `output-unwritable`
 */
export async function checkOutput(path: string, overwrite: boolean): Promise<void> {
  if (!overwrite && (await exists(path))) {
    throw new EverseedError(
      'output-exists',
      `${path} exists already: use --force to overwrite it, or -o to write elsewhere`,
    );
  }
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Checks that the standard output can take a torrent.
 *
 * @throws EverseedError `usage` when it is a terminal
 */
export function expectNoTerminal(stdout: { isTTY?: boolean }): void {
  if (!stdout.isTTY) return;
  throw new EverseedError(
    'usage',
    'a torrent is not for terminals: redirect the output, or use -o FILE',
  );
}

/**
 * Writes a file whole or not at all: under another name beside it, then renamed. A file in whose
 * place it comes leaves it its permissions: announce URLs in it may be secret. A new one has `newMode`,
 * or what is usual.
 *
 * @throws EverseedError `output-exists` or `output-unwritable`
 */
export async function writeOutput(
  path: string,
  bytes: Uint8Array,
  overwrite: boolean,
  newMode?: number,
): Promise<void> {
  await checkOutput(path, overwrite);
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const mode = (await modeOf(path)) ?? newMode;
    await using file = await open(temporary, 'wx', mode);
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(bytes);
    await file.sync();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(path, error);
  }
}

/** The permissions of the file at a path; undefined when there is none. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  return new EverseedError(
    'output-unwritable',
    `${path} cannot be written (${code}): use -o to write elsewhere`,
    { cause: error },
  );
}
