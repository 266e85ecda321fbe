import { InvalidArgumentError } from 'commander';
import { messageOf } from '../../errors.ts';
import {
  readDate,
  readInfoHash,
  readNode,
  readPieceCount,
  readTier,
  readUrl,
} from '../../format/option-text.ts';
import { parseSize } from '../../format/units.ts';
import type { DhtNode } from '../../metainfo/outer.ts';
import { isPieceLength } from '../../metainfo/piece-length.ts';

/**
 * Readers of what options are given, as commander wants them: each returns the value, or throws
 * what is shown after the option's name. Those for options that may be repeated add to a list.
 */

/** A piece length in bytes; undefined for `auto`. */
export function parsePieceLength(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const bytes = parseSize(text);
  if (bytes === null || !isPieceLength(bytes)) {
    throw new InvalidArgumentError('It must be auto or a power of two from 16K to 64M.');
  }
  return bytes;
}

export const parsePieceCount = one(readPieceCount);
export const parseHttpUrl = one((text) => readUrl(text, ['http:', 'https:']));
export const parseDate = one(readDate);
export const collectTier = several(readTier);
export const collectNode: (text: string, previous?: DhtNode[]) => DhtNode[] = several(readNode);
export const collectInfoHash = several(readInfoHash);

/** Makes a reader of one value what commander wants. */
function one<Value>(read: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}

/** The same, for an option that may be repeated. */
export function several<Value>(
  read: (text: string) => Value,
): (text: string, previous?: Value[]) => Value[] {
  const readOne = one(read);
  return (text, previous = []) => [...previous, readOne(text)];
}
