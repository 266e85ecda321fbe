import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EverseedError, systemErrorCode } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import { readTorrentFile } from '../../metainfo/read-torrent-file.ts';
import { parseTorrent, type Torrent } from '../../metainfo/torrent-file.ts';
import {
  type Verification,
  type VerifiedFile,
  verifyContent,
} from '../../metainfo/verifying/verify.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { createProgressLine } from '../progress-line.ts';
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
    flags.json ? `${JSON.stringify(describe(result))}\n` : await humanText(torrent, result),
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
    files: result.files.map((file) => ({ ...file, path: file.path.join('/') })),
  };
}

function rangesOf(indexes: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const index of indexes) {
    const range = ranges.at(-1);
    if (range && range[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

async function humanText({ info }: Torrent, result: Verification): Promise<string> {
  const { files, goodPieces, pieceCount, wrongPieces, missingPieces } = result;
  const bad = files.filter(({ status }) => status !== 'good');
  if (result.whole) {
    return `whole: ${stripControls(info.name)}, ${counted(files.length, 'file')}, ${counted(pieceCount, 'piece')}, ${formatBytes(info.contentSize)}\n`;
  }
  // Only here: its rules for wide characters take longer to load than all the rest.
  const { formatTable } = await import('../table.ts');
  const table = formatTable(
    [
      { title: 'STATUS' },
      { title: 'GOOD PIECES', align: 'right' },
      { title: 'SIZE' },
      { title: 'FILE' },
    ],
    bad.map((file) => [
      file.status,
      `${file.goodPieces}/${file.pieces}`,
      sizeText(file),
      file.path.join('/'),
    ]),
  );
  return [
    bad.length > 0 ? `${table}\n` : '',
    `${files.length - bad.length} of ${files.length} files are good\n`,
    `${goodPieces} of ${pieceCount} pieces are good`,
    ...piecesText('wrong', wrongPieces),
    ...piecesText('missing', missingPieces),
    '\n',
  ].join('');
}

function sizeText({ onDisk, length }: VerifiedFile): string {
  if (onDisk === null || onDisk === length) return formatBytes(length);
  return `${onDisk} of ${length} bytes`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const rangesShown = 10;

function piecesText(what: string, indexes: readonly number[]): string[] {
  if (indexes.length === 0) return [];
  const ranges = rangesOf(indexes);
  const shown = ranges
    .slice(0, rangesShown)
    .map(([first, last]) => (first === last ? first : `${first}-${last}`));
  const more = ranges.length > rangesShown ? ', …' : '';
  return [`\n${what}: ${indexes.length} (${shown.join(', ')}${more})`];
}
