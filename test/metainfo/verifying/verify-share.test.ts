import { expect, test } from 'vitest';
import { pieceState, type VerifyJob } from '../../../source/metainfo/verifying/verify-job.ts';
import { verifyShare } from '../../../source/metainfo/verifying/verify-share.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('a file that cannot be read is named, and the pieces with its bytes are missing', async () => {
  // Reading a folder fails whoever asks, unlike a file without permissions.
  const unreadable = await temporaryFolder();
  const job: VerifyJob = {
    files: [
      { path: unreadable, start: 0, length: 30, available: 30 },
      { path: null, start: 30, length: 10, available: 0 },
    ],
    pieceLength: 10,
    pieceCount: 4,
    sha1: new Uint8Array(new SharedArrayBuffer(80)),
    sha256: null,
    states: new Uint8Array(new SharedArrayBuffer(4)),
    nextPiece: new Int32Array(new SharedArrayBuffer(4)),
    doneBytes: new BigUint64Array(new SharedArrayBuffer(8)),
  };
  expect(verifyShare(job)).toEqual([{ index: 0, code: 'EISDIR' }]);
  const { missing, wrong } = pieceState;
  expect([...job.states]).toEqual([missing, missing, missing, wrong]);
  expect(job.doneBytes[0]).toBe(40n);
});
