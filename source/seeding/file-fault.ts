import { systemErrorCode } from '../errors.ts';

/** A file of the content cannot be served: it is gone, is not what was hashed, or does not read. */
export class FileFault extends Error {
  override readonly name = 'FileFault';

  /** `problem` goes on from the path: `is missing`. */
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path} ${problem}`, options);
  }
}

/** What this process or machine has too little of: no fault of the file that met it. */
const shortages = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);

/** Whether a system call failed for want of file descriptors or memory. */
export function isShortage(error: unknown): boolean {
  return shortages.has(systemErrorCode(error) ?? '');
}

/** What a failed system call on a file means: a FileFault, or `error` itself for a shortage. */
export function fileFaultOf(path: string, error: unknown): unknown {
  if (isShortage(error)) return error;
  const code = systemErrorCode(error);
  return new FileFault(path, problemOf(code), { cause: error });
}

function problemOf(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'is missing';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by the user everseed runs as';
    default:
      return `cannot be read (${code ?? 'unknown error'})`;
  }
}
