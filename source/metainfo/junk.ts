/** Files that systems drop into folders and that no publisher means, in lower case. */
const junkNames = new Set([
  '.ds_store',
  '.localized',
  '.spotlight-v100',
  '.trashes',
  '.fseventsd',
  '.apdisk',
  '__macosx',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
  '@eadir',
  'lost+found',
]);

/** Whether a file or folder of this name is litter of macOS, Windows, a NAS or a file manager. */
export function isJunkName(name: string): boolean {
  // macOS keeps a file's metadata beside it as `._name` where the disk has no place for it.
  return name.startsWith('._') || junkNames.has(name.toLowerCase());
}
