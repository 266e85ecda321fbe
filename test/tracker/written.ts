/** What an encoder writes; it returns how long that is. */
export function written(write: (into: Buffer) => number): Buffer {
  const into = Buffer.alloc(2048);
  return into.subarray(0, write(into));
}
