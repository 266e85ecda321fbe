import { DiskSilent } from '../disks/disk.ts';
import { systemErrorCode } from '../errors.ts';

export type FaultKind = 'missing' | 'changed' | 'replaced' | 'unreadable';

/** A file of the content cannot be served: it is gone, is not what was hashed, or does not read. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  readonly path: string;
  readonly kind: FaultKind;
  /** Goes on from the path: `is missing`. */
  readonly problem: string;
  /** It is about the place that was to be read: the rest of the file may read. */
  readonly isLocal: boolean;

  constructor(
    path: string,
    kind: FaultKind,
    problem: string,
    options: ErrorOptions & { isLocal?: boolean } = {},
  ) {
    super(`${path} ${problem}`, options);
    this.path = path;
    this.kind = kind;
    this.problem = problem;
    this.isLocal = options.isLocal ?? false;
  }
}

/** What this process or machine has too little of: no fault of the file that met it. */
const shortages = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);

/** Whether a system call failed for want of file descriptors or memory. */
export function isShortage(error: unknown): boolean {
  return shortages.has(systemErrorCode(error) ?? '');
}

/** Whether a system call failed since there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What a failure with a file means: a FileFault, or `error` itself for a shortage. */
export function fileFaultOf(path: string, error: unknown): unknown {
  if (error instanceof FileFault || isShortage(error)) return error;
  const kind = isMissing(error) ? 'missing' : 'unreadable';
  return new FileFault(path, kind, problemOf(error), { cause: error });
}

/** What a place of a disk that has gone bad makes reads fail with, depending on who finds that. */
const mediumErrors = new Set(['EIO', 'EBADMSG', 'EUCLEAN', 'EREMOTEIO', 'ENODATA', 'EILSEQ']);

/** The same, of a read of an open file. */
export function readFaultOf(path: string, error: unknown): unknown {
  if (!mediumErrors.has(systemErrorCode(error) ?? '')) return fileFaultOf(path, error);
  return new FileFault(path, 'unreadable', problemOf(error), { cause: error, isLocal: true });
}

function problemOf(error: unknown): string {
  if (isMissing(error)) return 'is missing';
  if (error instanceof DiskSilent) return 'cannot be read: its disk does not answer';
  const code = systemErrorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by the user everseed runs as';
  return `cannot be read (${code ?? 'unknown error'})`;
}
