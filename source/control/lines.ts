/**
 * Cuts a stream of bytes into lines of UTF-8 text. Bytes of an unfinished line are kept until
 * its end comes, up to `maxBytes`; a longer line is an error.
 */
export class LineDecoder {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes what has arrived; returns the lines it completes, without their ends. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, start);
      if (end < 0) break;
      this.#keep(chunk.subarray(start, end));
      lines.push(Buffer.concat(this.#parts).toString('utf8'));
      this.#parts = [];
      this.#bytes = 0;
      start = end + 1;
    }
    // a copy: the caller's buffer may be a slice of a large one
    if (start < chunk.length) this.#keep(Uint8Array.from(chunk.subarray(start)));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      throw new RangeError(`a line is longer than ${this.#maxBytes} bytes`);
    }
    this.#parts.push(part);
  }
}

/** A message as a line to send. */
export function encodeLine(message: object): string {
  return `${JSON.stringify(message)}\n`;
}
