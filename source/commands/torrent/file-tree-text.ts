import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import type { ClaimedFile } from '../../metainfo/survey.ts';

const sizeWidth = 9;

/** As many folders deep as any can be on disk. */
const deepestShown = 2048;

/** Files as an indented tree, one line each, in the order they are in; safe to print. */
export function fileTreeText(files: readonly ClaimedFile[]): string {
  const lines: string[] = [];
  let open: readonly string[] = [];
  for (const file of files) {
    const folders = file.path.slice(0, -1).slice(0, deepestShown);
    const shared = sharedDepth(open, folders);
    for (let depth = shared; depth < folders.length; depth++) {
      lines.push(lineOf('', depth, `${folders[depth]}/`));
    }
    open = folders;
    const size = file.length === null ? '?' : formatBytes(file.length);
    lines.push(lineOf(size, folders.length, `${file.path.at(-1) ?? '?'}${marksOf(file)}`));
  }
  return lines.join('');
}

/** Indented no further than anybody looks, so that a hostile path is no wall of spaces. */
const deepestIndent = 20;

function lineOf(size: string, depth: number, text: string): string {
  const indent = '  '.repeat(Math.min(depth, deepestIndent));
  return `${size.padStart(sizeWidth)}  ${indent}${stripControls(text)}\n`;
}

function marksOf({ executable, hidden, symlink }: ClaimedFile): string {
  const marks = [...(executable ? ['executable'] : []), ...(hidden ? ['hidden'] : [])];
  const target = symlink ? ` -> ${symlink.join('/')}` : '';
  return `${target}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`;
}

function sharedDepth(one: readonly string[], other: readonly string[]): number {
  const different = other.findIndex((name, depth) => name !== one[depth]);
  return different < 0 ? other.length : different;
}
