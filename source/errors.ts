/**
 * An error whose message is the sentence the user reads: what is wrong, with what, what to do.
 * Anything else that is thrown is a fault of the program, and is shown as such.
 */
export class EverseedError extends Error {
  override readonly name = 'EverseedError';
  /** Stable and for programs: kebab-case, such as `path-missing` or `port-in-use`. */
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/** The code Node gives a failed system call (`ENOENT`), or undefined for any other thrown value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

/** What to print of any thrown value, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
