/** A file of the content, as it was found on disk. */
export interface ContentFile {
  /** Components below the folder; of a single file, its name alone. */
  path: string[];
  absolutePath: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since the epoch, with fractions, as Node gives it. */
  modifiedMs: number;
  /** 0 where it is not known, too large for a number, or not kept by the file system. */
  inode: number;
  /** Its owner may execute it. */
  executable: boolean;
  /**
   * A symbolic link kept as one: components of what it leads to, below the folder. It has no
   * length, and nothing of it is read.
   */
  linkTarget?: string[];
}

/**
 * Files in few pieces of memory. As an object each, a million of them would take hundreds of MiB,
 * and longer to copy from thread to thread than to find.
 */
export interface PackedFiles {
  /** Paths below the folder, a NUL after each. */
  paths: string;
  lengths: Float64Array;
  modifiedMs: Float64Array;
  inodes: Float64Array;
  executable: Uint8Array;
  /** What links that are kept lead to, by the index of the link. */
  linkTargets: Map<number, string[]>;
}

/** Packs files one by one, in the order in which they are to be. */
export class FilePacker {
  readonly #paths: string[] = [];
  readonly #lengths: number[] = [];
  readonly #modifiedMs: number[] = [];
  readonly #inodes: number[] = [];
  readonly #executable: number[] = [];
  readonly #linkTargets = new Map<number, string[]>();

  add(file: Omit<ContentFile, 'absolutePath'>) {
    const { path, length, modifiedMs, inode, executable, linkTarget } = file;
    if (linkTarget) this.#linkTargets.set(this.#lengths.length, linkTarget);
    this.#paths.push(path.join('/'), '\0');
    this.#lengths.push(length);
    this.#modifiedMs.push(modifiedMs);
    this.#inodes.push(inode);
    this.#executable.push(Number(executable));
  }

  finish(): PackedFiles {
    return {
      paths: this.#paths.join(''),
      lengths: Float64Array.from(this.#lengths),
      modifiedMs: Float64Array.from(this.#modifiedMs),
      inodes: Float64Array.from(this.#inodes),
      executable: Uint8Array.from(this.#executable),
      linkTargets: this.#linkTargets,
    };
  }
}

/** Packed files, each made an object when its turn comes. */
export class ContentFiles implements Iterable<ContentFile> {
  readonly #packed: PackedFiles;
  readonly #absolute: (path: string) => string;

  /** `absolute` makes an absolute path of one below the folder. */
  constructor(packed: PackedFiles, absolute: (path: string) => string) {
    this.#packed = packed;
    this.#absolute = absolute;
  }

  get length(): number {
    return this.#packed.lengths.length;
  }

  *[Symbol.iterator](): Generator<ContentFile, void> {
    const { paths, lengths, modifiedMs, inodes, executable, linkTargets } = this.#packed;
    let start = 0;
    for (let index = 0; index < this.length; index++) {
      const end = paths.indexOf('\0', start);
      const path = paths.slice(start, end);
      start = end + 1;
      const linkTarget = linkTargets.get(index);
      yield {
        path: path.split('/'),
        absolutePath: this.#absolute(path),
        length: lengths[index] ?? 0,
        modifiedMs: modifiedMs[index] ?? 0,
        inode: inodes[index] ?? 0,
        executable: executable[index] === 1,
        ...(linkTarget && { linkTarget }),
      };
    }
  }
}
