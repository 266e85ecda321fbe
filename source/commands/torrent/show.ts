import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EverseedError, systemErrorCode } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import { encodeMagnet } from '../../metainfo/magnet.ts';
import { MetainfoError } from '../../metainfo/metainfo-error.ts';
import { parseTorrent, type Torrent } from '../../metainfo/torrent-file.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { formatFacts } from '../table.ts';

/** `everseed torrent show`: prints what a torrent file says. */
const defineShow: DefineCommand = (command, context) => {
  command
    .description('print what a torrent file says')
    .argument('<file>', 'the torrent file')
    .option('--json', 'print it as JSON')
    .action((file: string, flags: { json?: boolean }) => showTorrent(file, flags, context));
};

export default defineShow;

async function showTorrent(file: string, flags: { json?: boolean }, context: CommandContext) {
  const torrent = await readTorrent(resolve(context.cwd, file));
  const text = flags.json ? `${JSON.stringify(describe(torrent))}\n` : humanText(torrent);
  context.stdout.write(text);
}

/** Larger than any torrent that a client would take. */
const maxFileBytes = 256 * 1024 * 1024;

async function readTorrent(path: string): Promise<Torrent> {
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) throw new MetainfoError('it is too large');
    return parseTorrent(await readFile(path));
  } catch (error) {
    if (error instanceof MetainfoError) {
      throw new EverseedError('torrent-invalid', `${path} is no valid torrent: ${error.message}`, {
        cause: error,
      });
    }
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new EverseedError('torrent-unreadable', `${path} cannot be read (${code})`, {
      cause: error,
    });
  }
}

/** The torrent as `--json` prints it. */
function describe({ info, infoHash, infoHashV2, ...outer }: Torrent) {
  return {
    name: info.name,
    infoHash: infoHash && infoHashHex(infoHash),
    infoHashV2: infoHashV2 && infoHashHex(infoHashV2),
    format: info.version,
    size: info.contentSize,
    files: info.files
      .filter((file) => !file.padding)
      .map(({ path, length }) => ({ path: path.join('/'), length })),
    pieceLength: info.pieceLength,
    pieces: info.pieceCount,
    private: info.private,
    source: info.source,
    comment: outer.comment,
    createdBy: outer.createdBy,
    creationDate: outer.creationDate,
    trackers: outer.trackers,
    webSeeds: outer.webSeeds,
    magnet: encodeMagnet({
      infoHash,
      infoHashV2,
      name: info.name,
      size: info.contentSize,
      trackers: outer.trackers.flat(),
      webSeeds: outer.webSeeds,
    }),
  };
}

function humanText(torrent: Torrent): string {
  const described = describe(torrent);
  const { files, trackers, webSeeds, creationDate } = described;
  const summary = formatFacts([
    ['name', described.name],
    ...fact('info hash', described.infoHash),
    ...fact('v2 info hash', described.infoHashV2),
    ['size', `${formatBytes(described.size)} (${described.size} bytes)`],
    ['files', String(files.length)],
    ['pieces', `${described.pieces} of ${formatBytes(described.pieceLength)}`],
    ...fact('private', described.private ? 'yes' : null),
    ...fact('source', described.source),
    ...fact('comment', described.comment),
    ...fact('created by', described.createdBy),
    ...fact('created', creationDate === null ? null : dateText(creationDate)),
    ...trackers.map((tier, index) => [`tier ${index + 1}`, tier.join('  ')] as const),
    ...webSeeds.map((url) => ['web seed', url] as const),
    ['magnet', described.magnet],
  ]);
  const fileLines = files.map(
    ({ path, length }) => `${formatBytes(length).padStart(9)}  ${stripControls(path)}\n`,
  );
  return `${summary}\n${fileLines.join('')}`;
}

/** A line for what the torrent may or may not say. */
function fact(label: string, value: string | null): (readonly [string, string])[] {
  return value === null ? [] : [[label, value]];
}

/** `2026-11-23 04:44:10 UTC`. */
function dateText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
