import { type Command, InvalidArgumentError } from 'commander';
import { parseSize } from '../../format/units.ts';
import { isPieceLength } from '../../metainfo/piece-length.ts';

/** What the flags that shape a torrent say. */
export interface MetainfoFlags {
  name?: string;
  /** Bytes; undefined: chosen by size. */
  pieceLength?: number;
  private?: boolean;
  comment?: string;
  source?: string;
  tracker?: string[];
  webSeed?: string[];
  exclude?: string[];
}

/** Adds the flags that shape a torrent, for every command that makes one. */
export function addMetainfoOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what it is called; the name of the file or folder unless set')
    .option(
      '--piece-length <size>',
      'a power of two from 16K to 64M, or auto (default: auto)',
      parsePieceLength,
    )
    .option('--private', 'peers only from its own trackers: no DHT, no peer exchange')
    .option('--comment <text>', 'a comment that clients show')
    .option('--source <text>', 'where it is from; makes the same content another torrent')
    .option('--tracker <url>', 'a tracker to announce to; may be repeated', collectTracker)
    .option('--web-seed <url>', 'a web server that has it too; may be repeated', collectWebSeed)
    .option('--exclude <glob>', 'files and folders to leave out; may be repeated', collect);
}

function parsePieceLength(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const bytes = parseSize(text);
  if (bytes === null || !isPieceLength(bytes)) {
    throw new InvalidArgumentError('It must be auto or a power of two from 16K to 64M.');
  }
  return bytes;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function collectTracker(url: string, previous?: string[]): string[] {
  return collect(expectUrl(url, ['http:', 'https:', 'udp:', 'ws:', 'wss:']), previous);
}

function collectWebSeed(url: string, previous?: string[]): string[] {
  return collect(expectUrl(url, ['http:', 'https:', 'ftp:']), previous);
}

function expectUrl(text: string, protocols: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !protocols.includes(url.protocol)) {
    throw new InvalidArgumentError(`It must be a URL of ${protocols.join(', ')}`);
  }
  return text;
}
