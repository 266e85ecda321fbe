/**
 * What worker threads reach that read content and take its SHA-1, and do nothing else: no torrent,
 * no checks, no progress. PATH PIECE_LENGTH THREADS. A large file is cut into pieces, of a tree
 * every file is one. Plain JavaScript, so that no time goes into anything else.
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/**
 * @typedef {object} Share
 * @property {string} path
 * @property {string[]} files Empty: the path is a file itself.
 * @property {number} pieceLength
 * @property {Int32Array} next One element: the next piece or file that nobody has taken.
 */

if (isMainThread) {
  const [path = '', pieceLength = '', threads = ''] = process.argv.slice(2);
  const files = statSync(path).isDirectory() ? filesBelow(path) : [];
  const next = new Int32Array(new SharedArrayBuffer(4));
  const share = { path, files, pieceLength: Number(pieceLength), next };
  for (let thread = 0; thread < Number(threads); thread++) {
    new Worker(new URL(import.meta.url), { workerData: share });
  }
} else {
  const share = workerData;
  if (share.files.length > 0) hashFiles(share);
  else hashPieces(share);
}

/** @param {Share} share */
function hashPieces({ path, pieceLength, next }) {
  const buffer = Buffer.allocUnsafeSlow(pieceLength);
  const descriptor = openSync(path, 'r');
  for (;;) {
    const read = readSync(
      descriptor,
      buffer,
      0,
      pieceLength,
      Atomics.add(next, 0, 1) * pieceLength,
    );
    if (read === 0) break;
    hash('sha1', buffer.subarray(0, read), 'buffer');
  }
  closeSync(descriptor);
}

/** @param {Share} share */
function hashFiles({ files, next }) {
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  for (;;) {
    const path = files[Atomics.add(next, 0, 1)];
    if (path === undefined) return;
    const descriptor = openSync(path, 'r');
    const read = readSync(descriptor, buffer, 0, buffer.length, 0);
    hash('sha1', buffer.subarray(0, read), 'buffer');
    closeSync(descriptor);
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
