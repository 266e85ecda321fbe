import { matchesGlob } from 'node:path';

/** Tells whether a path, given by its components, is to be left out. */
export type PathFilter = (path: readonly string[]) => boolean;

/**
 * A filter of globs: `*` and `?` stay within a name, `**` crosses folders, `[a-z]` is one of a set,
 * `{a,b}` is either. As in .gitignore, a glob without a slash means any name however deep, one with
 * a slash means a path from the top, and what it means of a folder holds for all that is in it.
 */
export function createPathFilter(globs: readonly string[]): PathFilter {
  const tests = globs.map((glob) => {
    const wholePath = glob.replace(/\/+$/, '').includes('/');
    const pattern = glob.replace(/^\/|\/+$/g, '');
    const patternAsPlain = hidePlainly(pattern);
    return (path: readonly string[]) => {
      const text = wholePath ? path.join('/') : (path.at(-1) ?? '');
      return matchesGlob(text, pattern) || matchesGlob(hidePlainly(text), patternAsPlain);
    };
  });
  return (path) => tests.some((matches) => matches(path));
}

/**
 * Puts another character in the place of the dots that names begin with: Node's stars and question
 * marks never match those, and `*.swp` must mean `.notes.swp` too.
 */
function hidePlainly(pathOrGlob: string): string {
  return pathOrGlob.replace(/(^|\/)\./g, '$1\ue000');
}
