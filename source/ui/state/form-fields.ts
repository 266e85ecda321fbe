import type { PublishOptions } from '../../control/publishing.ts';
import { EverseedError } from '../../errors.ts';
import {
  readDate,
  readInfoHash,
  readNode,
  readPieceCount,
  readTier,
  readUrl,
  webSeedProtocols,
} from '../../format/option-text.ts';
import { parseSize } from '../../format/units.ts';

interface FieldCommon {
  id: string;
  /** At most 11 letters. */
  label: string;
  /** One line: what it does, and how it is written. */
  explanation: string;
}

/** A field that is typed into. */
export interface TextField extends FieldCommon {
  kind: 'text';
  /** What it means that nothing is typed. */
  whenEmpty: string;
  /** What the typed text, which is not empty, asks for; throws the sentence that says it is wrong. */
  read(text: string): PublishOptions;
}

/** A field of which one choice holds; the first is the default. */
export interface ChoiceField extends FieldCommon {
  kind: 'choice';
  choices: readonly { label: string; options: PublishOptions }[];
}

export type FormField = TextField | ChoiceField;

/** The fields that are always shown. */
const firstFields: readonly FormField[] = [
  {
    kind: 'text',
    id: 'name',
    label: 'Name',
    explanation: 'What it is called in the torrent.',
    whenEmpty: 'as on disk',
    read: (text) => ({ name: readName(text) }),
  },
  {
    kind: 'text',
    id: 'comment',
    label: 'Comment',
    explanation: 'A comment that clients show.',
    whenEmpty: 'none',
    read: (comment) => ({ comment }),
  },
  {
    kind: 'choice',
    id: 'private',
    label: 'Private',
    explanation: 'Peers only from its own trackers: no DHT, no peer exchange.',
    choices: [
      { label: 'no', options: {} },
      { label: 'yes', options: { private: true } },
    ],
  },
  {
    kind: 'choice',
    id: 'format',
    label: 'Format',
    explanation: 'Every client reads v1; some old ones read neither v2 nor hybrid.',
    choices: [
      { label: 'v1', options: {} },
      { label: 'v2', options: { format: 'v2' } },
      { label: 'hybrid', options: { format: 'hybrid' } },
    ],
  },
  {
    kind: 'text',
    id: 'trackers',
    label: 'Trackers',
    explanation: 'Further trackers: tiers with spaces between, URLs of one tier with commas.',
    whenEmpty: "this everseed's own, and those of the settings",
    read: (text) => ({ trackers: words(text).map(readTier) }),
  },
];

/** Everything else that publishing can be told. */
export const moreFields: readonly FormField[] = [
  {
    kind: 'choice',
    id: 'superSeeding',
    label: 'First seed',
    explanation: 'Gives peers different pieces to pass on, so that a first release is sent once.',
    choices: [
      { label: 'no', options: {} },
      { label: 'yes', options: { superSeeding: true } },
    ],
  },
  {
    kind: 'text',
    id: 'pieceLength',
    label: 'Piece size',
    explanation: 'A power of two from 16K to 64M, such as 1M.',
    whenEmpty: 'chosen by size',
    read: (text) => ({ pieceLength: readPieceLength(text) }),
  },
  {
    kind: 'text',
    id: 'pieceCount',
    label: 'Pieces',
    explanation: 'Chooses the piece size so that there are at most so many.',
    whenEmpty: 'as the piece size makes',
    read: (text) => ({ pieceCount: readPieceCount(text) }),
  },
  {
    kind: 'text',
    id: 'webSeeds',
    label: 'Web seeds',
    explanation: 'URLs of web servers that have it too, with spaces between.',
    whenEmpty: 'none',
    read: (text) => ({ webSeeds: words(text).map((url) => readUrl(url, webSeedProtocols)) }),
  },
  {
    kind: 'text',
    id: 'source',
    label: 'Source',
    explanation: 'Where it is from; makes the same content another torrent.',
    whenEmpty: 'none',
    read: (source) => ({ source }),
  },
  {
    kind: 'text',
    id: 'include',
    label: 'Include',
    explanation: 'Globs of the only files to take, with commas between: *.flac, docs/**.',
    whenEmpty: 'everything',
    read: (text) => ({ include: listed(text) }),
  },
  {
    kind: 'text',
    id: 'exclude',
    label: 'Exclude',
    explanation: 'Globs of files and folders to leave out, with commas between: *.tmp, .git.',
    whenEmpty: 'nothing',
    read: (text) => ({ exclude: listed(text) }),
  },
  {
    kind: 'choice',
    id: 'hidden',
    label: 'Hidden',
    explanation: 'Files and folders whose names begin with a dot.',
    choices: [
      { label: 'take', options: {} },
      { label: 'leave out', options: { hidden: false } },
    ],
  },
  {
    kind: 'choice',
    id: 'junk',
    label: 'Litter',
    explanation: 'Litter of the system, such as .DS_Store and Thumbs.db.',
    choices: [
      { label: 'leave out', options: {} },
      { label: 'take', options: { junk: true } },
    ],
  },
  {
    kind: 'choice',
    id: 'symlinks',
    label: 'Links',
    explanation: 'Symbolic links: followed where they stay inside, kept as links, or left out.',
    choices: [
      { label: 'follow', options: {} },
      { label: 'keep', options: { symlinks: 'keep' } },
      { label: 'skip', options: { symlinks: 'skip' } },
    ],
  },
  {
    kind: 'text',
    id: 'creationDate',
    label: 'Date',
    explanation: 'When it was made, such as 2026-01-31T12:00:00Z, or none to leave it out.',
    whenEmpty: 'when it is published',
    read(text) {
      const date = readDate(text);
      return { creationDate: date === 'none' ? null : date };
    },
  },
  {
    kind: 'text',
    id: 'createdBy',
    label: 'Created by',
    explanation: 'The program that made it, or none to leave it out.',
    whenEmpty: 'everseed',
    read: (text) => ({ createdBy: text === 'none' ? null : text }),
  },
  {
    kind: 'text',
    id: 'nodes',
    label: 'DHT nodes',
    explanation: 'Nodes of the DHT to begin with, as HOST:PORT, with spaces between.',
    whenEmpty: 'none',
    read: (text) => ({ nodes: words(text).map(readNode) }),
  },
  {
    kind: 'text',
    id: 'updateUrl',
    label: 'Update URL',
    explanation: 'Where clients can ask for a newer torrent (BEP 39).',
    whenEmpty: 'none',
    read: (text) => ({ updateUrl: readUrl(text, ['http:', 'https:']) }),
  },
  {
    kind: 'text',
    id: 'similar',
    label: 'Similar',
    explanation: 'Info hashes of torrents that share files with it, with spaces between.',
    whenEmpty: 'none',
    read: (text) => ({ similar: words(text).map(readInfoHash) }),
  },
  {
    kind: 'text',
    id: 'collections',
    label: 'Collections',
    explanation: 'Names of collections it is of, with commas between.',
    whenEmpty: 'none',
    read: (text) => ({ collections: listed(text) }),
  },
];

/** What fields a form has: several paths share no name. */
export function formFields(pathCount: number, showsMore: boolean): readonly FormField[] {
  const first = pathCount > 1 ? firstFields.filter(({ id }) => id !== 'name') : firstFields;
  return showsMore ? [...first, ...moreFields] : first;
}

function readName(text: string): string {
  if (!text.includes('/') && text !== '.' && text !== '..') return text;
  throw new EverseedError('value-invalid', 'It must be a name, without slashes.');
}

/** Bytes. Whether the torrent can have pieces so long, the engine says. */
function readPieceLength(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw new EverseedError('value-invalid', 'It must be a size, such as 256K or 1M.');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What is between commas; a comma that is meant is written `\,`. */
function listed(text: string): string[] {
  return text
    .split(/(?<!\\),/)
    .map((part) => part.trim().replaceAll('\\,', ','))
    .filter((part) => part !== '');
}
