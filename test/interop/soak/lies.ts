import { encode } from '../../../source/bencode/encode.ts';

/** What lies are about. */
interface Subject {
  host: string;
  port: number;
  httpPort: number;
  pieceCount: number;
  pieceLength: number;
}

type Random = () => number;

const below = (random: Random, limit: number) => Math.floor(random() * limit);

function pick<One>(random: Random, from: readonly One[]): One {
  const one = from[below(random, from.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

export function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}

/** A message of the peer wire; numbers are four bytes each. */
export function message(id: number, ...parts: (number | Uint8Array)[]): Buffer {
  const payload = Buffer.concat(parts.map((part) => (typeof part === 'number' ? u32(part) : part)));
  return Buffer.concat([u32(1 + payload.length), Buffer.of(id), payload]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Numbers that are wrong somewhere. */
const odd = [0, 1, 0x7fff, 0xffff, 0x4000, 0x4001, 0x20000, 0x20001, 0x7fffffff, 0xffffffff];

/** A message that is wrong in some way, or comes when it should not, or is of no use. */
export function lie(random: Random, subject: Subject): Buffer {
  const bytes = pick(random, kinds)(random, subject);
  // now and then one that is cut, or says that it is of another length
  if (random() < 0.03) return bytes.subarray(0, below(random, bytes.length));
  if (random() < 0.03) bytes.writeUInt32BE(pick(random, odd));
  return bytes;
}

const kinds: readonly ((random: Random, subject: Subject) => Buffer)[] = [
  (random) => message(below(random, 256), randomBytes(random, below(random, 60))),
  () => Buffer.alloc(4),
  (random, { pieceCount }) => message(4, pick(random, [...odd, below(random, pieceCount)])),
  (random, { pieceCount }) => message(5, randomBytes(random, Math.ceil(pieceCount / 8))),
  (random, { pieceCount }) => message(5, randomBytes(random, below(random, pieceCount))),
  (random) => message(pick(random, [0, 1, 2, 3, 14, 15])),
  (random, { pieceCount }) => message(6, below(random, pieceCount), 0, pick(random, odd)),
  (random, { pieceCount }) => message(6, below(random, pieceCount), pick(random, odd), 0x4000),
  (random) => message(pick(random, [6, 8, 16]), ...[0, 0, 0].map(() => pick(random, odd))),
  (random, { pieceCount }) => message(7, below(random, pieceCount), 0, randomBytes(random, 99)),
  (random) => message(pick(random, [9, 13, 17]), randomBytes(random, below(random, 6))),
  (random) => extended(0, extendedHandshake(random)),
  (random) => extended(0, pick(random, rawPayloads)),
  (random) => extended(pick(random, [1, 2, 3, 200]), pick(random, rawPayloads)),
  (random) =>
    extended(1, encode({ msg_type: pick(random, [0, 1, 2, 9]), piece: oddInteger(random) })),
  (random, subject) => extended(2, peerExchange(random, subject)),
  (random) => extended(3, randomBytes(random, below(random, 6))),
  (random) => hashRequest(random),
];

const rawPayloads = [
  ...['', 'd-3:', 'de', 'le', 'i0e', 'd1:md', 'd1:mi5ee', 'd1:v999999999:x', 'i-0e', '0:'],
  'l'.repeat(3_000),
  `d1:m${'d1:a'.repeat(300)}`,
  `d1:v300:${'\u001b]0;x\u0007'.repeat(50)}e`,
].map((text) => Buffer.from(text, 'latin1'));

function extended(id: number, payload: Uint8Array): Buffer {
  return message(20, Buffer.of(id), payload);
}

function oddInteger(random: Random): number {
  return pick(random, [-1, 0, 1, 3, 255, 256, 65_536, 2 ** 31, Number.MAX_SAFE_INTEGER]);
}

function extendedHandshake(random: Random): Uint8Array {
  const id = () => oddInteger(random);
  return encode({
    m: { lt_donthave: id(), ut_metadata: id(), ut_pex: id() },
    metadata_size: oddInteger(random),
    p: oddInteger(random),
    reqq: oddInteger(random),
    upload_only: pick(random, [0, 0, 0, 1, 5]),
    v: randomBytes(random, below(random, 300)),
  });
}

/** Names those who are not there, and the everseed itself, and what is no peer. */
function peerExchange(random: Random, { host, port, httpPort }: Subject): Uint8Array {
  const own = (at: number) => [...host.split('.').map(Number), at >> 8, at & 255];
  const nobody = () => [10, 8, below(random, 256), 200, below(random, 256), below(random, 256)];
  const nowhere = [...[0, 0, 0, 0, 0, 0], ...[255, 255, 255, 255, 0, 80], ...[224, 0, 0, 1, 1, 1]];
  const some = Array.from({ length: below(random, 80) }, nobody).flat();
  const added = Uint8Array.from([...own(port), ...own(httpPort), ...nowhere, ...some]);
  return encode({
    added: added.subarray(0, random() < 0.2 ? below(random, added.length) : added.length),
    'added.f': randomBytes(random, below(random, 90)),
    added6: randomBytes(random, 18 * below(random, 60)),
    dropped: randomBytes(random, below(random, 90)),
  });
}

function hashRequest(random: Random): Buffer {
  const numbers = [0, 0, 0, 0].map(() => pick(random, [...odd, 2, 512, 8]));
  return message(21, randomBytes(random, 32), ...numbers);
}
