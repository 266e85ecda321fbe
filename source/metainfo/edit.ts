import { decodeDictionary } from '../bencode/decode.ts';
import { type Encodable, Encoded, encode } from '../bencode/encode.ts';
import { believedComponent } from './believed-path.ts';
import { maxTorrentValues } from './info.ts';
import { decodeTorrent, parseTorrent, type Torrent } from './torrent-file.ts';

/** What to change in a torrent. What is undefined stays; null takes it away. */
export interface TorrentChanges {
  /** Announce URLs in tiers (BEP 12); none takes them away. */
  trackers?: readonly (readonly string[])[] | undefined;
  /** URLs of web seeds (BEP 19); none takes them away. */
  webSeeds?: readonly string[] | undefined;
  comment?: string | null | undefined;
  createdBy?: string | null | undefined;
  /** Seconds since the epoch. */
  creationDate?: number | null | undefined;
  /** In the info dictionary: another info hash. */
  name?: string | undefined;
  /** In the info dictionary: another info hash. */
  private?: boolean | undefined;
  /** In the info dictionary: another info hash. */
  source?: string | null | undefined;
}

/** A torrent after a change; hashes of content stay what they were. */
export interface EditedTorrent {
  bytes: Uint8Array;
  before: Torrent;
  after: Torrent;
  /** It has another info hash, and so is another torrent to everybody. */
  infoChanged: boolean;
}

/** Keys and what to write for them; null takes one away. */
type KeyChanges = Record<string, Encodable | null>;

/**
 * Changes what can be changed without the content. Every other key keeps the bytes it had; keys
 * are sorted where they were not, apart from those of an info dictionary that does not change.
 *
 * @throws MetainfoError when it is no torrent that is believed, or the name cannot be one
 */
export function editTorrent(bytes: Uint8Array, changes: TorrentChanges): EditedTorrent {
  const before = parseTorrent(bytes);
  const infoChanges = changesOfInfo(before, changes);
  const info = changed(before.infoBytes, infoChanges);
  const { raw } = decodeTorrent(bytes);
  const edited = withChanges(raw, { ...changesOfOuter(changes), info: new Encoded(info) });
  const after = parseTorrent(edited);
  const infoChanged = !Buffer.from(before.infoBytes).equals(info);
  return { bytes: edited, before, after, infoChanged };
}

function changesOfOuter(changes: TorrentChanges): KeyChanges {
  const { trackers, webSeeds, comment, createdBy, creationDate } = changes;
  const tiers = trackers?.filter((tier) => tier.length > 0);
  return {
    ...(tiers && {
      announce: tiers[0]?.[0] ?? null,
      'announce-list': tiers.flat().length > 1 ? tiers : null,
    }),
    ...(webSeeds && { 'url-list': webSeeds.length > 0 ? webSeeds : null }),
    ...(comment !== undefined && { comment, 'comment.utf-8': null }),
    ...(createdBy !== undefined && { 'created by': createdBy }),
    ...(creationDate !== undefined && { 'creation date': creationDate }),
  };
}

function changesOfInfo({ info, infoBytes }: Torrent, changes: TorrentChanges): KeyChanges {
  const { name, source } = changes;
  return {
    ...(name !== undefined &&
      name !== info.name && {
        name: believedComponent(name),
        'name.utf-8': null,
        ...(info.kind === 'file' && info.version !== 'v1' && renamedTree(infoBytes, name)),
      }),
    ...(changes.private !== undefined &&
      changes.private !== info.private && { private: changes.private ? 1 : null }),
    ...(source !== undefined && source !== info.source && { source }),
  };
}

/** The file tree of a single file, which is called there what the torrent is called. */
function renamedTree(infoBytes: Uint8Array, name: string): KeyChanges {
  const { raw } = decodeDictionary(infoBytes, { tolerant: true, maxValues: maxTorrentValues });
  const tree = raw.get('file tree') ?? new Uint8Array();
  const [file] = decodeDictionary(tree, { tolerant: true }).raw.values();
  const key = Buffer.from(name).toString('latin1');
  return file ? { 'file tree': new Map([[key, new Encoded(file)]]) } : {};
}

/** A bencoded dictionary with changes; the very bytes that it was when there are none. */
function changed(dictionary: Uint8Array, changes: KeyChanges): Uint8Array {
  if (Object.keys(changes).length === 0) return dictionary;
  const options = { tolerant: true, maxValues: maxTorrentValues };
  return withChanges(decodeDictionary(dictionary, options).raw, changes);
}

function withChanges(raw: ReadonlyMap<string, Uint8Array>, changes: KeyChanges): Uint8Array {
  const entries = new Map<string, Encodable>();
  for (const [key, value] of raw) entries.set(key, new Encoded(value));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
  return encode(entries);
}
