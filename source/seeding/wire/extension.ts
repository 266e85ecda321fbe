import { decodePrefix } from '../../bencode/decode.ts';
import { getBytes, getDictionary, getInteger, getText } from '../../bencode/dictionary.ts';
import { encode } from '../../bencode/encode.ts';
import { BencodeError } from '../../bencode/error.ts';
import type { Dictionary } from '../../bencode/value.ts';
import { addressBytes, addressText } from './compact-address.ts';
import { WireError } from './error.ts';

/** What an extended message that a peer sends us is, by the numbers our handshake gives them. */
export const ourExtensionIds = {
  handshake: 0,
  utMetadata: 1,
  utPex: 2,
  dontHave: 3,
  uploadOnly: 4,
} as const;

/** The info dictionary travels in pieces of this many bytes (BEP 9). */
const metadataPieceLength = 16 * 1024;

/** Extended messages hold few values; this bounds what decoding a stranger's costs. */
const maxValues = 500;
const maxVersionLength = 256;

/** What our extended handshake (BEP 10) says. */
interface OurExtendedHandshake {
  /** Name and version of this program. */
  version: string;
  /** How many requests of a peer are kept; above, they are rejected. */
  requestQueueLength: number;
  /** Bytes of the info dictionary. */
  metadataSize: number;
  /** We want no data (BEP 21). */
  uploadOnly: boolean;
  /** Peer exchange (BEP 11) is spoken: not of private publications. */
  peerExchange: boolean;
  /** Where we accept connections, if the peer does not know; else null. */
  listenPort: number | null;
  /** The peer's address, as we see it. */
  yourAddress: string;
}

/** What a peer's extended handshake says, as far as a seeder cares. */
interface PeerExtendedHandshake {
  /** Name and version of its program, as it says, unsanitized; null if it does not. */
  version: string | null;
  /** The number it wants ut_metadata messages sent with; 0 if it does not speak that. */
  utMetadataId: number;
  /** The number it wants lt_donthave messages (BEP 54) sent with; 0 if it does not speak that. */
  dontHaveId: number;
  /** The number it wants ut_pex messages (BEP 11) sent with; 0 if it does not speak that. */
  utPexId: number;
  /** It wants no data (BEP 21). */
  uploadOnly: boolean;
  /** The port at which it accepts connections; null if it does not say. */
  listenPort: number | null;
  /** Our address, as it says that it sees it; null if it does not. */
  yourAddress: string | null;
}

/** The payload of our extended handshake. */
export function encodeExtendedHandshake(ours: OurExtendedHandshake): Uint8Array {
  return encode({
    m: {
      lt_donthave: ourExtensionIds.dontHave,
      upload_only: ourExtensionIds.uploadOnly,
      ut_metadata: ourExtensionIds.utMetadata,
      ut_pex: ours.peerExchange ? ourExtensionIds.utPex : undefined,
    },
    metadata_size: ours.metadataSize,
    p: ours.listenPort ?? undefined,
    reqq: ours.requestQueueLength,
    upload_only: ours.uploadOnly ? 1 : 0,
    v: ours.version,
    yourip: addressBytes(ours.yourAddress),
  });
}

/**
 * Reads the payload of a peer's extended handshake. What is missing, of another type or out of
 * range counts as not said.
 *
 * @throws WireError when it is not a bencoded dictionary
 */
export function parseExtendedHandshake(payload: Uint8Array): PeerExtendedHandshake {
  const dictionary = decodeLeadingDictionary(payload);
  const ids = getDictionary(dictionary, 'm');
  const yourIp = getBytes(dictionary, 'yourip');
  return {
    version: getText(dictionary, 'v')?.slice(0, maxVersionLength) ?? null,
    utMetadataId: extensionId(ids && getInteger(ids, 'ut_metadata')),
    utPexId: extensionId(ids && getInteger(ids, 'ut_pex')),
    dontHaveId: extensionId(ids && getInteger(ids, 'lt_donthave')),
    uploadOnly: getInteger(dictionary, 'upload_only') === 1,
    listenPort: portOf(getInteger(dictionary, 'p')),
    yourAddress: yourIp ? addressText(yourIp) : null,
  };
}

/** A ut_metadata message (BEP 9) as a seeder receives it. */
type MetadataMessage =
  | { type: 'request'; piece: number }
  /** Data, a reject, or something of a later version: nothing a seeder answers. */
  | { type: 'other' };

/**
 * Reads the payload of a ut_metadata message.
 *
 * @throws WireError when it does not begin with a bencoded dictionary of a metadata message
 */
export function parseMetadataMessage(payload: Uint8Array): MetadataMessage {
  const dictionary = decodeLeadingDictionary(payload);
  const type = getInteger(dictionary, 'msg_type');
  if (type === undefined) throw new WireError('metadata message without a type');
  if (type !== metadataType.request) return { type: 'other' };
  const piece = getInteger(dictionary, 'piece');
  if (piece === undefined) throw new WireError('metadata request without a piece');
  return { type: 'request', piece };
}

const metadataType = { request: 0, data: 1, reject: 2 } as const;

/** How many pieces (BEP 9) an info dictionary of so many bytes travels in. */
export function metadataPieceCount(metadataSize: number): number {
  return Math.ceil(metadataSize / metadataPieceLength);
}

/** The payload that answers a request for the metadata piece `piece`, which `info` has. */
export function encodeMetadataPiece(piece: number, info: Uint8Array): Uint8Array {
  const start = piece * metadataPieceLength;
  const data = info.subarray(start, start + metadataPieceLength);
  const head = encode({ msg_type: metadataType.data, piece, total_size: info.length });
  const payload = new Uint8Array(head.length + data.length);
  payload.set(head);
  payload.set(data, head.length);
  return payload;
}

/** The payload that refuses a metadata request. */
export function encodeMetadataReject(piece: number): Uint8Array {
  return encode({ msg_type: metadataType.reject, piece });
}

/**
 * Reads the payload that takes back what was said of a piece (BEP 54).
 *
 * @throws WireError when it does not name a piece
 */
export function parseDontHave(payload: Uint8Array): number {
  if (payload.length !== 4) throw new WireError("a don't-have that names no piece");
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

/**
 * Reads the payload by which a peer says, later than in its handshake, whether it wants no data any
 * more (`upload_only`, a partial seed of BEP 21).
 */
export function parseUploadOnly(payload: Uint8Array): boolean {
  return (payload[0] ?? 0) !== 0;
}

/** The payload that takes back what was said of a piece (BEP 54). */
export function encodeDontHave(piece: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, piece);
  return payload;
}

function portOf(value: number | undefined): number | null {
  return value !== undefined && value > 0 && value < 65_536 ? value : null;
}

function extensionId(value: number | undefined): number {
  return value !== undefined && value > 0 && value < 256 ? value : 0;
}

/**
 * The dictionary that the payload of an extended message begins with.
 *
 * @throws WireError when it begins with something else
 */
export function decodeLeadingDictionary(payload: Uint8Array): Dictionary {
  try {
    const { value } = decodePrefix(payload, { tolerant: true, maxValues });
    if (value instanceof Map) return value;
  } catch (error) {
    if (!(error instanceof BencodeError)) throw error;
    throw new WireError(`extended message: ${error.message}`, { cause: error });
  }
  throw new WireError('extended message that is not a dictionary');
}
