import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Order {
  /** A file or folder. */
  path: string;
  /** Bytes, a power of two. */
  pieceLength: number;
  threads: number;
  /** Where the torrent goes; there is nothing. */
  output: string;
}

export interface Contender {
  name: string;
  isHere(): boolean;
  /** The program and its arguments. */
  command(order: Order): string[];
}

const everseedProgram = pathTo('../../dist/cli.js');
const python = '/usr/bin/python3';

/** An everseed that does nothing: what its process takes before there is any work. */
export const idleProcess = [process.execPath, everseedProgram, '--version'];

/** The names of those that are compared with each other. */
export const compared = {
  everseed: 'everseed v1',
  everseedHybrid: 'everseed hybrid',
  bareWorkers: 'read and hash, no more',
  mktorrent: 'mktorrent',
  libtorrentHybrid: 'libtorrent hybrid',
} as const;

export const contenders: readonly Contender[] = [
  everseed(compared.everseed, 'v1'),
  {
    name: compared.bareWorkers,
    isHere: () => true,
    command: ({ path, pieceLength, threads }) => [
      ...[process.execPath, pathTo('./read-and-hash.mjs'), path, String(pieceLength)],
      String(threads),
    ],
  },
  {
    name: compared.mktorrent,
    isHere: () => starts('mktorrent', '-h'),
    command: ({ path, pieceLength, threads, output }) => [
      ...['mktorrent', '-t', String(threads), '-l', String(Math.log2(pieceLength))],
      ...['-o', output, path],
    ],
  },
  {
    name: 'transmission-create',
    isHere: () => starts('transmission-create', '--version'),
    command: ({ path, pieceLength, output }) => [
      ...['transmission-create', '-s', String(pieceLength / 1024), '-o', output, path],
    ],
  },
  libtorrent('libtorrent v1', 'v1'),
  {
    name: 'create-torrent',
    isHere: () => true,
    command: ({ path, pieceLength, output }) => [
      ...[process.execPath, pathTo('./create-torrent.mjs'), path, String(pieceLength), output],
    ],
  },
  everseed(compared.everseedHybrid, 'hybrid'),
  libtorrent(compared.libtorrentHybrid, 'hybrid'),
];

function everseed(name: string, format: string): Contender {
  return {
    name,
    isHere: () => existsSync(everseedProgram),
    command: ({ path, pieceLength, output }) => [
      ...[process.execPath, everseedProgram, 'torrent', 'create', path, '-o', output],
      ...['--format', format, '--piece-length', String(pieceLength)],
    ],
  };
}

function libtorrent(name: string, format: string): Contender {
  return {
    name,
    isHere: () => starts(python, '-c', 'import libtorrent'),
    command: ({ path, pieceLength, output }) => [
      ...[python, pathTo('./libtorrent_create.py'), path, String(pieceLength), format, output],
    ],
  };
}

function starts(program: string, ...words: string[]): boolean {
  const { error, status } = spawnSync(program, words, { stdio: 'ignore' });
  return error === undefined && (program !== python || status === 0);
}

function pathTo(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
