/** Bytes that are not a torrent or info dictionary this program believes. */
export class MetainfoError extends Error {
  override readonly name = 'MetainfoError';
}
