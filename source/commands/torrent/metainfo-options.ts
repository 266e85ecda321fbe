import { type Command, Option } from 'commander';
import type { ScanRules, SymlinkRule } from '../../metainfo/content.ts';
import type { TorrentFormat } from '../../metainfo/create.ts';
import type { DhtNode } from '../../metainfo/outer.ts';
import {
  collectInfoHash,
  collectNode,
  collectTier,
  parseDate,
  parseHttpUrl,
  parsePieceCount,
  parsePieceLength,
} from './option-values.ts';
import { collectTexts, collectWebSeedUrls } from './url-options.ts';

/** What the flags that shape a torrent say. */
export interface MetainfoFlags {
  name?: string;
  format?: TorrentFormat;
  /** Bytes; undefined: chosen by size. */
  pieceLength?: number;
  pieceCount?: number;
  private?: boolean;
  comment?: string;
  /** `none` for nobody. */
  createdBy?: string;
  /** Seconds since the epoch; false with --no-date. */
  date?: number | 'none' | false;
  node?: DhtNode[];
  source?: string;
  /** Announce URLs in tiers. */
  tracker?: string[][];
  webSeed?: string[];
  updateUrl?: string;
  /** Info hashes, 40 hex digits each. */
  similar?: string[];
  collection?: string[];
  include?: string[];
  exclude?: string[];
  /** False with --no-hidden. */
  hidden?: boolean;
  junk?: boolean;
  symlinks?: SymlinkRule;
}

const help = `
Piece length: auto takes the smallest power of two, from 16K, that makes at most 2048 pieces, and
never more than 16M: 16K up to 32 MiB of content, 1M up to 2 GiB, 16M from 16 GiB on. With
--piece-count it makes at most so many pieces, with pieces of at most 64M. In v2 and hybrid
torrents every file begins a piece of its own, so there can be more.

Trackers: clients try the tiers in the order given, and those of one tier in any order. Each
--tracker is a tier; trackers of one tier are given together: --tracker URL,URL.

Globs: * and ? stay within a name, ** crosses folders. A glob without a slash means any name however
deep, one with a slash a path from the top; what it means of a folder holds for all that is in it.`;

/** Adds the flags that shape a torrent, for every command that makes one. */
export function addMetainfoOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what it is called; the name of the file or folder unless set')
    .addOption(
      new Option(
        '--format <format>',
        'what kind of torrent; v1 unless set, since some clients read nothing else',
      ).choices(['v1', 'v2', 'hybrid']),
    )
    .option(
      '--piece-length <size>',
      'a power of two from 16K to 64M, or auto (default: auto)',
      parsePieceLength,
    )
    .addOption(
      new Option('--piece-count <n>', 'choose the piece length for at most so many pieces')
        .argParser(parsePieceCount)
        .conflicts('pieceLength'),
    )
    .option('--private', 'peers only from its own trackers: no DHT, no peer exchange')
    .option('--comment <text>', 'a comment that clients show')
    .option('--created-by <text>', 'the program that made it, or none (default: everseed)')
    .option(
      '--date <date>',
      'when it was made: 2026-01-31T12:00:00Z, or none (default: SOURCE_DATE_EPOCH, or now)',
      parseDate,
    )
    .option('--no-date', 'leave out when it was made, so that making it again gives the same bytes')
    .option('--source <text>', 'where it is from; makes the same content another torrent')
    .option('--tracker <url,...>', 'trackers to announce to, a tier; may be repeated', collectTier)
    .option('--web-seed <url>', 'a web server that has it too; may be repeated', collectWebSeedUrls)
    .option('--node <host:port>', 'a DHT node to begin with; may be repeated', collectNode)
    .option('--update-url <url>', 'where clients can ask for a newer torrent', parseHttpUrl)
    .option(
      '--similar <hash>',
      'info hash of a torrent that shares files with it; may be repeated',
      collectInfoHash,
    )
    .option('--collection <name>', 'a collection it is of; may be repeated', collectTexts)
    .option('--include <glob>', 'the only files and folders to take; may be repeated', collectTexts)
    .option('--exclude <glob>', 'files and folders to leave out; may be repeated', collectTexts)
    .option('--no-hidden', 'leave out files and folders whose names begin with a dot')
    .option('--junk', 'take litter of the system too, such as .DS_Store and Thumbs.db')
    .addOption(
      new Option(
        '--symlinks <rule>',
        'follow links that stay inside the folder (the default), keep them as links, or skip them',
      ).choices(['follow', 'keep', 'skip']),
    )
    .addHelpText('after', help);
}

/** What of a folder the flags make content. */
export function scanRulesOf({ include, exclude, hidden, junk, symlinks }: MetainfoFlags) {
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(hidden === false && { hidden }),
    ...(junk && { junk }),
    ...(symlinks && { symlinks }),
  } satisfies ScanRules;
}
