/** Bytes that are not the bencode that was asked for. */
export class BencodeError extends Error {
  override readonly name = 'BencodeError';
  /** What is wrong, without the place: `string longer than the input`. */
  readonly problem: string;
  /** Where in the input it is wrong, in bytes. */
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
    this.problem = problem;
    this.offset = offset;
  }
}
