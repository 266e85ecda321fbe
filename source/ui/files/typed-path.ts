import { join, resolve } from 'node:path';
import { graphemes } from '../terminal/text-width.ts';
import type { FileEntry } from './list-directory.ts';

/** The absolute path a person means: `~` is home, the rest is relative to `directory`. */
export function resolveTypedPath(typed: string, directory: string, home: string): string {
  if (typed === '~') return home;
  if (typed.startsWith('~/')) return join(home, typed.slice(2));
  return resolve(directory, typed);
}

/** A directory as it is put before a name. */
export function folderPath(directory: string): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}

/** Splits what is typed into the directory to look in, as typed, and the beginning of a name. */
export function splitTypedPath(typed: string): { directory: string; prefix: string } {
  const slash = typed.lastIndexOf('/');
  return { directory: typed.slice(0, slash + 1), prefix: typed.slice(slash + 1) };
}

/** The entries whose names begin so; hidden ones only when asked for by a dot. */
export function entriesWith(prefix: string, entries: readonly FileEntry[]): FileEntry[] {
  return entries.filter(
    ({ name }) => name.startsWith(prefix) && (prefix.startsWith('.') || !name.startsWith('.')),
  );
}

/** Completes a typed path as far as it is certain, as a shell does. */
export function completeTypedPath(typed: string, entries: readonly FileEntry[]): string {
  const { directory, prefix } = splitTypedPath(typed);
  const fitting = entriesWith(prefix, entries);
  const [only, another] = fitting;
  if (!only) return typed;
  if (!another) return directory + only.name + (only.kind === 'directory' ? '/' : '');
  return directory + commonPrefix(fitting.map(({ name }) => name));
}

/**
 * A path as terminals and file managers paste it: quoted, with escaped spaces, or as a file URL.
 * Only the first line counts.
 */
export function pathFromPaste(text: string): string {
  const line =
    text
      .trim()
      .split(/[\r\n]/)[0]
      ?.trim() ?? '';
  const quoted = /^(['"])(.*)\1$/.exec(line);
  if (quoted?.[2] !== undefined) return quoted[2];
  if (line.startsWith('file://')) return decodeFileUrl(line);
  return line.replace(/\\(.)/g, '$1');
}

function decodeFileUrl(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    // Not a URL after all; taken as it is, it will be refused with its own name.
    return url;
  }
}

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  let common = '';
  for (const grapheme of graphemes(first)) {
    if (!rest.every((name) => name.startsWith(common + grapheme))) break;
    common += grapheme;
  }
  return common;
}
