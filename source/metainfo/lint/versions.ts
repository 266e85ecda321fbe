import { getDictionary } from '../../bencode/dictionary.ts';
import { hybridDisagreement } from '../hybrid.ts';
import { isV2PieceLength } from '../merkle.ts';
import { MetainfoError } from '../metainfo-error.ts';
import { readPieceLayers } from '../piece-layers.ts';
import type { ClaimedFile } from '../survey.ts';
import { type Finding, type Rule, when } from './finding.ts';

/** The files with their lengths, if all have one that can be. */
function withLengths(files: readonly ClaimedFile[]): (ClaimedFile & { length: number })[] | null {
  const sound = files.flatMap((file) => {
    const { length } = file;
    return length === null || length < 0 ? [] : [{ ...file, length }];
  });
  return sound.length === files.length ? sound : null;
}

export const hybridsThatDisagree: Rule = ({ v1Files, v2Files, pieceLength }) => {
  const v1 = v1Files && withLengths(v1Files);
  const v2 = v2Files && withLengths(v2Files);
  if (!v1 || !v2 || pieceLength === null || pieceLength <= 0) return [];
  const problem = hybridDisagreement(v1, v2, pieceLength);
  return problem === null
    ? []
    : when(true, 'error', 'hybrid-disagrees', `v1 and v2 disagree: ${problem}`);
};

/** Padding of v1 torrents that aligns nothing: clients then make files of it, or fail. */
export const wrongPadding: Rule = ({ v1Files, v2Files, pieceLength }) => {
  if (!v1Files || v2Files || pieceLength === null || pieceLength <= 0) return [];
  let position = 0;
  let wrong = 0;
  for (const [index, { padding, length }] of v1Files.entries()) {
    position += length ?? 0;
    if (padding && position % pieceLength !== 0 && index < v1Files.length - 1) wrong++;
  }
  return when(wrong > 0, 'warning', 'padding-wrong', `${wrong} pad files do not end with a piece`);
};

/** rtorrent takes pad files for files, and two of one name for a mistake (fixed after 0.9.8). */
export const equalPadding: Rule = ({ v1Files }) => {
  const pads = (v1Files ?? []).filter((file) => file.padding);
  const names = new Set(pads.map(({ path }) => path.join('/')));
  return when(
    names.size < pads.length,
    'warning',
    'padding-equal',
    'two pad files have the same name, as those of equal size have: rtorrent 0.9.8 refuses it',
  );
};

/** The empty keys of a file tree stop readers that expect a name in every key. */
export const readersOfV1: Rule = ({ v1Files, v2Files }) => {
  if (!v2Files) return [];
  return v1Files
    ? when(
        true,
        'warning',
        'hybrid-old-clients',
        'it is a hybrid: Transmission 3 cannot read it, and aria2 1.36 takes it for another torrent (use v1 for them)',
      )
    : when(
        true,
        'warning',
        'v2-only',
        'it is for v2 alone: Transmission, aria2 and rtorrent cannot download it',
      );
};

export const metaVersion: Rule = ({ info }) => {
  const version = info.get('meta version');
  return [
    ...when(
      version !== undefined && version !== 1 && version !== 2,
      'error',
      'meta-version',
      'its meta version is neither 1 nor 2',
    ),
    ...when(
      info.has('file tree') && version === undefined,
      'warning',
      'meta-version',
      'it has a file tree but no meta version: clients read what is v1 in it',
    ),
  ];
};

export const pieceLayers: Rule = ({ dictionary, v2Files, pieceLength }) => {
  const files = v2Files && withLengths(v2Files);
  if (!files || pieceLength === null || !isV2PieceLength(pieceLength)) return [];
  try {
    const needed = readPieceLayers(dictionary, files, pieceLength).size;
    return when(
      (getDictionary(dictionary, 'piece layers')?.size ?? 0) > needed,
      'warning',
      'piece-layers-unused',
      'it has piece layers of no file in it: libtorrent refuses it',
    );
  } catch (error) {
    if (!(error instanceof MetainfoError)) throw error;
    return [{ severity: 'error', rule: 'piece-layers', message: error.message } satisfies Finding];
  }
};

/** A tree of one file does not say whether the file is in a folder. */
export const folderOfOne: Rule = ({ v1Files, v2Files, name }) => {
  const [only, second] = v2Files ?? [];
  return when(
    !v1Files && !second && only?.path.length === 1 && only.path[0] !== name,
    'note',
    'v2-folder-of-one',
    'it is a folder of one file, which libtorrent takes for that file alone',
  );
};
