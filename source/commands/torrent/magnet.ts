import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { EverseedError } from '../../errors.ts';
import { formatBytes } from '../../format/units.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import { encodeMagnet, type FileRange, fileRangeText } from '../../metainfo/magnet.ts';
import {
  isPeerAddress,
  type Magnet,
  parseFileRanges,
  parseMagnet,
} from '../../metainfo/magnet-parse.ts';
import { MetainfoError } from '../../metainfo/metainfo-error.ts';
import { readTorrentFile } from '../../metainfo/read-torrent-file.ts';
import { parseTorrent } from '../../metainfo/torrent-file.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { formatFacts } from '../facts.ts';

interface MagnetFlags {
  peer?: string[];
  select?: FileRange[];
  json?: boolean;
}

/** `everseed torrent magnet`: the magnet link of a torrent file, or what a link says. */
const defineMagnet: DefineCommand = (command, context) => {
  command
    .description('print the magnet link of a torrent file, or what a magnet link says')
    .argument('<file>', 'the torrent file, or a magnet link')
    .option('--peer <host:port>', 'a peer to ask first; may be repeated', collectPeers)
    .option(
      '--select <files>',
      'download these files alone, by number from 0: 0,2,4-6',
      readSelection,
    )
    .option('--json', 'print what the link says as JSON')
    .action((file: string, flags: MagnetFlags) => printMagnet(file, flags, context));
};

export default defineMagnet;

async function printMagnet(file: string, flags: MagnetFlags, { cwd, stdout }: CommandContext) {
  if (/^magnet:/i.test(file)) {
    const magnet = readLink(file);
    const changed = { ...magnet, ...changesOf(flags) };
    if (flags.json) stdout.write(`${JSON.stringify(describe(changed))}\n`);
    else if (flags.peer || flags.select) stdout.write(`${encodeMagnet(changed)}\n`);
    else stdout.write(humanText(magnet));
    return;
  }
  const torrent = await readTorrentFile(resolve(cwd, file), parseTorrent);
  const { info, trackers } = torrent;
  expectFiles(flags.select ?? [], info.files.length);
  const link = encodeMagnet({
    ...torrent,
    name: info.name,
    size: info.contentSize,
    trackers: trackers.flat(),
    ...changesOf(flags),
  });
  stdout.write(flags.json ? `${JSON.stringify(describe(parseMagnet(link)))}\n` : `${link}\n`);
}

/** What the flags add to a link. */
function changesOf({ peer, select }: MagnetFlags) {
  return { ...(peer && { peers: peer }), ...(select && { selected: select }) };
}

function expectFiles(selected: readonly FileRange[], count: number): void {
  const beyond = selected.find(({ last }) => last >= count);
  if (!beyond) return;
  throw new EverseedError(
    'file-absent',
    `the torrent has no file ${beyond.last}: its files are 0 to ${count - 1}, padding among them`,
  );
}

function readLink(link: string): Magnet {
  try {
    return parseMagnet(link);
  } catch (error) {
    if (!(error instanceof MetainfoError)) throw error;
    throw new EverseedError('magnet-invalid', error.message, { cause: error });
  }
}

/** What a magnet link says, as `--json` prints it. */
function describe(magnet: Magnet) {
  const { infoHash, infoHashV2, selected, ...rest } = magnet;
  return {
    infoHash: infoHash && infoHashHex(infoHash),
    infoHashV2: infoHashV2 && infoHashHex(infoHashV2),
    ...rest,
    selected: selected.map(({ first, last }) => [first, last]),
    magnet: encodeMagnet(magnet),
  };
}

function humanText(magnet: Magnet): string {
  const { infoHash, infoHashV2, name, size, trackers, webSeeds, peers, selected } = magnet;
  const fact = (label: string, value: string | null) =>
    value === null ? [] : [[label, value] as const];
  return formatFacts([
    ...fact('name', name),
    ...fact('info hash', infoHash && infoHashHex(infoHash)),
    ...fact('v2 info hash', infoHashV2 && infoHashHex(infoHashV2)),
    ...fact('size', size === null ? null : `${formatBytes(size)} (${size} bytes)`),
    ...trackers.map((url) => ['tracker', url] as const),
    ...webSeeds.map((url) => ['web seed', url] as const),
    ...peers.map((peer) => ['peer', peer] as const),
    ...fact('files', selected.length > 0 ? selected.map(fileRangeText).join(', ') : null),
  ]);
}

function collectPeers(peer: string, previous: string[] = []): string[] {
  if (!isPeerAddress(peer)) {
    throw new InvalidArgumentError('It must be host:port, an IPv6 address in brackets.');
  }
  return [...previous, peer];
}

function readSelection(text: string): FileRange[] {
  const ranges = parseFileRanges(text);
  if (ranges.length !== text.split(',').length) {
    throw new InvalidArgumentError('It must be numbers and ranges, such as 0,2,4-6.');
  }
  return ranges;
}
