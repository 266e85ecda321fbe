import { textOf } from '../bencode/dictionary.ts';
import type { BencodeValue } from '../bencode/value.ts';
import { MetainfoError } from './metainfo-error.ts';

/** How deep a path may lead: half of what Linux takes in names of one letter. */
const mostComponents = 1024;

/**
 * Whether a name stays where it is put: joined to a folder, it names something in that folder.
 */
export function isBelievedComponent(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}

/** @throws MetainfoError when the name would lead elsewhere: see `isBelievedComponent` */
export function believedComponent(name: string): string {
  if (!isBelievedComponent(name)) {
    throw new MetainfoError(`a path in it has the component ${JSON.stringify(name)}`);
  }
  return name;
}

/**
 * A path of a file, from its list of components.
 *
 * @throws MetainfoError when it is empty, far too long, not of names, or leads elsewhere
 */
export function believedPath(components: readonly BencodeValue[] | undefined): string[] {
  if (!components || components.length === 0) {
    throw new MetainfoError('one of its files has no path');
  }
  if (components.length > mostComponents) {
    throw new MetainfoError(`a path in it has ${components.length} components`);
  }
  return components.map((component) => {
    if (!(component instanceof Uint8Array)) {
      throw new MetainfoError('a path in it holds something other than names');
    }
    return believedComponent(textOf(component));
  });
}

/**
 * Checks that no two files are one file on disk, and none a folder of another. Padding is on
 * nobody's disk and may repeat.
 *
 * @throws MetainfoError naming the path
 */
export function expectDistinctPaths(files: readonly { path: string[]; padding: boolean }[]): void {
  const taken = new Set<string>();
  const folders = new Set<string>();
  for (const { path, padding } of files) {
    if (padding) continue;
    const joined = path.join('/');
    if (taken.has(joined)) {
      throw new MetainfoError(`two of its files have the path ${JSON.stringify(joined)}`);
    }
    taken.add(joined);
    for (let depth = path.length - 1; depth > 0; depth--) {
      const folder = path.slice(0, depth).join('/');
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  for (const folder of folders) {
    if (taken.has(folder)) {
      throw new MetainfoError(`${JSON.stringify(folder)} is both a file and a folder in it`);
    }
  }
}
