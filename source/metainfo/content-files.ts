/** A file of the content, as it was found on disk. */
export interface ContentFile {
  /** Components below the folder; of a single file, its name alone. */
  path: string[];
  absolutePath: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since the epoch, with fractions, as Node gives it. */
  modifiedMs: number;
  /** Its owner may execute it. */
  executable: boolean;
  /**
   * A symbolic link kept as one: components of what it leads to, below the folder. It has no
   * length, and nothing of it is read.
   */
  linkTarget?: string[];
}

/** Files on their way to another thread: to copy an object for each takes longer than to find it. */
export interface PackedFiles {
  /** Paths below the folder, a NUL between them. */
  paths: string;
  lengths: Float64Array;
  modifiedMs: Float64Array;
  executable: Uint8Array;
  /** What links that are kept lead to, by the index of the link. */
  linkTargets: Map<number, string[]>;
}

/** Packs files one by one, in the order in which they are to be. */
export class FilePacker {
  readonly #paths: string[] = [];
  readonly #lengths: number[] = [];
  readonly #modifiedMs: number[] = [];
  readonly #executable: number[] = [];
  readonly #linkTargets = new Map<number, string[]>();

  add({ path, length, modifiedMs, executable, linkTarget }: Omit<ContentFile, 'absolutePath'>) {
    if (linkTarget) this.#linkTargets.set(this.#paths.length, linkTarget);
    this.#paths.push(path.join('/'));
    this.#lengths.push(length);
    this.#modifiedMs.push(modifiedMs);
    this.#executable.push(Number(executable));
  }

  finish(): PackedFiles {
    return {
      paths: this.#paths.join('\0'),
      lengths: Float64Array.from(this.#lengths),
      modifiedMs: Float64Array.from(this.#modifiedMs),
      executable: Uint8Array.from(this.#executable),
      linkTargets: this.#linkTargets,
    };
  }
}

/** Unpacks files; `absolute` makes an absolute path of one below the folder. */
export function unpackFiles(
  { paths, lengths, modifiedMs, executable, linkTargets }: PackedFiles,
  absolute: (path: string) => string,
): ContentFile[] {
  if (lengths.length === 0) return [];
  return paths.split('\0').map((path, index) => {
    const linkTarget = linkTargets.get(index);
    return {
      path: path.split('/'),
      absolutePath: absolute(path),
      length: lengths[index] ?? 0,
      modifiedMs: modifiedMs[index] ?? 0,
      executable: executable[index] === 1,
      ...(linkTarget && { linkTarget }),
    };
  });
}
