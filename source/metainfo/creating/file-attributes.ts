import type { ContentFile } from '../content-files.ts';

/**
 * What an info dictionary says of a file besides its path and hashes (BEP 47). As libtorrent does:
 * executables are marked, so that programs still run where they are downloaded to, and so are
 * links, which Linux gives the same permission.
 */
export function fileAttributes({ executable, linkTarget }: ContentFile): {
  attr: string | undefined;
  'symlink path': readonly string[] | undefined;
} {
  if (linkTarget) return { attr: executable ? 'xl' : 'l', 'symlink path': linkTarget };
  return { attr: executable ? 'x' : undefined, 'symlink path': undefined };
}
