import { EverseedError } from '../errors.ts';

/** Codes of mistakes in what was asked: who asked is told, and everything is as it was. */
const refusals: ReadonlySet<string> = new Set([
  'content-empty',
  'content-not-whole',
  'content-too-deep',
  'content-touched',
  'hash-invalid',
  'name-invalid',
  'name-not-utf8',
  'path-circular',
  'path-missing',
  'path-not-content',
  'path-too-long',
  'path-unreadable',
  'piece-length-invalid',
  'torrent-invalid',
  'torrent-unreadable',
  'torrent-unsupported',
  'url-invalid',
]);

/**
 * How serious it is that a job failed: an error, of the engine or of data, is to be read by somebody;
 * a request that was refused, such as one for a path that does not exist, is only noted.
 */
export function failureLevel(error: unknown): 'info' | 'error' {
  return error instanceof EverseedError && refusals.has(error.code) ? 'info' : 'error';
}
