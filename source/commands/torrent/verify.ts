import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EverseedError, systemErrorCode } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { readTorrentFile } from '../../metainfo/read-torrent-file.ts';
import { parseTorrent, type Torrent } from '../../metainfo/torrent-file.ts';
import { rangesOf } from '../../metainfo/verifying/ranges.ts';
import {
  type Verification,
  type VerifiedFile,
  verifyContent,
} from '../../metainfo/verifying/verify.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { createProgressLine } from '../progress-line.ts';
import { counted } from '../published.ts';
import { type VerificationFacts, verificationText } from '../verification-text.ts';
import { hashProgressText } from './hash-progress-text.ts';

/** `everseed torrent verify`: compares content on disk with a torrent file. */
const defineVerify: DefineCommand = (command, context) => {
  command
    .description('compare content on disk with a torrent file; exit code 1 unless it is whole')
    .argument('<file>', 'the torrent file')
    .argument('<data>', 'the content, or a folder that holds it by its name')
    .option('--json', 'print the result as JSON')
    .action((file: string, data: string, flags: { json?: boolean }) =>
      verifyTorrent(file, data, flags, context),
    );
};

export default defineVerify;

async function verifyTorrent(
  file: string,
  data: string,
  flags: { json?: boolean },
  context: CommandContext,
) {
  const { cwd, stdout } = context;
  const torrent = await readTorrentFile(resolve(cwd, file), parseTorrent);
  const path = resolve(cwd, data);
  await expectSomething(path);
  const result = await verifyWithProgress(torrent, path, context);
  stdout.write(
    flags.json
      ? `${JSON.stringify(describe(result))}\n`
      : await verificationText(factsOf(torrent, result)),
  );
  const changed = result.files.filter(({ status }) => status === 'changed');
  if (changed.length > 0) {
    throw new EverseedError(
      'content-changed',
      `${counted(changed.length, 'file')} of ${result.contentPath} changed while being read: wait until nothing writes there, then verify again`,
    );
  }
  if (!result.whole) {
    const { goodPieces, pieceCount, contentPath } = result;
    throw new EverseedError(
      'content-not-whole',
      `${contentPath} is not what the torrent says: ${goodPieces} of ${pieceCount} pieces are good`,
    );
  }
}

async function expectSomething(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new EverseedError(
      'path-missing',
      `there is nothing at ${path} (${code}): check the path`,
      {
        cause: error,
      },
    );
  }
}

async function verifyWithProgress(torrent: Torrent, data: string, context: CommandContext) {
  const { signal, stderr } = context;
  const line = createProgressLine(stderr);
  try {
    return await verifyContent(torrent, data, {
      signal,
      onProgress: (progress) => line.show(`verifying ${hashProgressText(progress)}`),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new EverseedError('cancelled', 'cancelled: not everything was verified', {
      cause: error,
    });
  } finally {
    line.clear();
  }
}

/** The result as `--json` prints it; pieces are ranges of indexes, both ends with them. */
function describe(result: Verification) {
  return {
    whole: result.whole,
    path: result.contentPath,
    pieces: result.pieceCount,
    goodPieces: result.goodPieces,
    wrongPieces: rangesOf(result.wrongPieces),
    missingPieces: rangesOf(result.missingPieces),
    files: result.files.map(describeFile),
  };
}

function describeFile(file: VerifiedFile) {
  const { path, length, onDisk, status, neighbour, pieces, goodPieces } = file;
  const shares = neighbour && { sharesPieceWith: neighbour.join('/') };
  return { path: path.join('/'), length, onDisk, status, ...shares, pieces, goodPieces };
}

function factsOf({ info }: Torrent, result: Verification): VerificationFacts {
  const bad = result.files.filter(({ status }) => status !== 'good');
  return {
    whole: result.whole,
    name: stripControls(info.name),
    size: info.contentSize,
    pieces: result.pieceCount,
    goodPieces: result.goodPieces,
    wrong: result.wrongPieces.length,
    missing: result.missingPieces.length,
    wrongPieces: rangesOf(result.wrongPieces),
    missingPieces: rangesOf(result.missingPieces),
    files: result.files.length,
    bad: bad.length,
    badFiles: bad.map(describeFile),
  };
}
