import { setTimeout as sleep } from 'node:timers/promises';
import { lie, message, randomBytes } from './lies.ts';
import { Stranger, type StrangerOptions } from './stranger.ts';
import type { FuzzTarget } from './target.ts';

/** What a habit has to do with. */
interface Situation {
  target: FuzzTarget;
  content: Buffer;
  random: () => number;
  /** Counts the bytes of every connection that a habit is done with. */
  done(stranger: Stranger): void;
}

/** A way to behave on a connection or some. It is over in less than half a minute. */
type Habit = (situation: Situation) => Promise<void>;

const blockLength = 16_384;

function meet(
  { target, content, random }: Situation,
  from = pickAddress(target, random),
): Stranger {
  const { host, port, pieceLength } = target;
  const infoHash = Buffer.from(target.infoHash, 'hex');
  const options: StrangerOptions = { host, port, from, infoHash, pieceLength, content };
  return new Stranger(options);
}

function pickAddress({ addresses }: FuzzTarget, random: () => number): string {
  return addresses[Math.floor(random() * addresses.length)] ?? '';
}

/** Lets it be for some time, unless it is closed before; then ends it. */
async function leave(situation: Situation, stranger: Stranger, seconds: number): Promise<void> {
  await stranger.until(() => false, seconds * 1_000);
  stranger.end(situation.random() < 0.3);
  await stranger.closed;
  situation.done(stranger);
}

/** No handshake, or a handshake that is cut, wrong somewhere or for something else. */
const garbage: Habit = async (situation) => {
  const { random } = situation;
  const stranger = meet(situation);
  const isElsewhere = random() < 0.2;
  const infoHash = isElsewhere ? randomBytes(random, 20) : undefined;
  const bytes = stranger.handshake(infoHash && { infoHash });
  if (random() < 0.5) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  const all = random() < 0.3 ? randomBytes(random, Math.floor(random() * 800)) : bytes;
  stranger.send(all.subarray(0, Math.floor(random() * (all.length + 1))));
  await leave(situation, stranger, 2 * random());
};

/** The handshake, a byte at a time, and nothing more. */
const slowHandshake: Habit = async (situation) => {
  const stranger = meet(situation);
  for (const byte of stranger.handshake()) {
    stranger.send(Buffer.of(byte));
    if (!(await stranger.until(() => false, 150)) && stranger.isClosed) break;
  }
  await leave(situation, stranger, 1);
};

/** Connects, and says nothing, or no more after its handshake: as if its other end were gone. */
const halfOpen: Habit = async (situation) => {
  const stranger = meet(situation);
  if (situation.random() < 0.5) stranger.send(stranger.handshake());
  stranger.socket.pause();
  await leave(situation, stranger, 20 * situation.random());
};

/** Encryption that is cut somewhere, or wrong somewhere. */
const cutEncryption: Habit = async (situation) => {
  const { random } = situation;
  const stranger = meet(situation);
  const write = stranger.socket.write.bind(stranger.socket);
  // the public key, the proofs and the offer are some 750 bytes with their padding
  let left = Math.floor(random() * 900);
  const wrongAt = random() < 0.5 ? Math.floor(random() * 900) : -1;
  let sent = 0;
  stranger.send = (bytes) => {
    const cut = Buffer.from(bytes.subarray(0, left));
    if (wrongAt >= sent && wrongAt < sent + cut.length) cut.writeUInt8(0x55, wrongAt - sent);
    left -= cut.length;
    sent += cut.length;
    if (!stranger.isClosed) write(cut);
  };
  stranger.socket.on('data', () => undefined);
  stranger.secure(stranger.handshake(), random() < 0.5);
  await leave(situation, stranger, 3 * random());
};

/** Shakes hands, and then lies in one message after the other. */
const liar: Habit = async (situation) => {
  const { random, target, content } = situation;
  const stranger = meet(situation);
  const { pieceLength } = target;
  const subject = { ...target, pieceCount: Math.ceil(content.length / pieceLength), pieceLength };
  await greet(situation, stranger);
  for (let n = 0; n < 100 && !stranger.isClosed; n++) {
    stranger.send(lie(random, subject));
    if (random() < 0.2) await sleep(20);
  }
  await leave(situation, stranger, random());
};

/** Thousands of messages at once. */
const flood: Habit = async (situation) => {
  const { random } = situation;
  const stranger = meet(situation);
  await greet(situation, stranger);
  stranger.send(message(2));
  await stranger.until(() => stranger.unchoked, 5_000);
  const floods = [
    () => message(6, 0, 0, blockLength),
    () => Buffer.concat([message(6, 0, 0, blockLength), message(8, 0, 0, blockLength)]),
    () => Buffer.concat([message(2), message(3)]),
    () => Buffer.alloc(4),
    () => message(20, Buffer.of(1), Buffer.from('d8:msg_typei0e5:piecei0ee')),
  ];
  const one = floods[Math.floor(random() * floods.length)]?.() ?? Buffer.alloc(4);
  const many = Buffer.concat(Array.from({ length: 3_000 }, () => one));
  for (let n = 0; n < 5; n++) stranger.send(Buffer.from(many));
  await leave(situation, stranger, 3 * random());
};

/** Asks for much and takes it slowly, or not at all. */
const slowReader: Habit = async (situation) => {
  const { random, content, target } = situation;
  const stranger = meet(situation);
  await greet(situation, stranger);
  stranger.send(message(2));
  await stranger.until(() => stranger.unchoked, 5_000);
  for (let at = 0; at + blockLength <= content.length; at += blockLength) {
    stranger.request(Math.floor(at / target.pieceLength), at % target.pieceLength, blockLength);
  }
  const rounds = Math.floor(20 * random());
  for (let n = 0; n < rounds && !stranger.isClosed; n++) {
    stranger.socket.pause();
    await sleep(500);
    stranger.socket.resume();
    await sleep(1);
  }
  await leave(situation, stranger, 1);
};

/** More connections at once from one address than it may have. */
const crowd: Habit = async (situation) => {
  const from = pickAddress(situation.target, situation.random);
  const strangers = Array.from({ length: 150 }, () => meet(situation, from));
  for (const stranger of strangers) stranger.send(stranger.handshake());
  await Promise.all(strangers.map((stranger) => leave(situation, stranger, 2)));
};

export const habits: Record<string, Habit> = {
  garbage,
  slowHandshake,
  halfOpen,
  cutEncryption,
  liar,
  flood,
  slowReader,
  crowd,
};

/** Shakes hands, in plaintext or not. */
async function greet({ random }: Situation, stranger: Stranger, limitMs = 5_000): Promise<void> {
  const handshake = stranger.handshake({ fast: random() < 0.7 });
  if (random() < 0.7) stranger.send(handshake);
  else stranger.secure(handshake, random() < 0.7);
  await stranger.until(() => stranger.greeted, limitMs);
}

/** Downloads everything as it should be done; false when it did not get all. */
export async function downloadAll(situation: Situation): Promise<boolean> {
  const { content, target } = situation;
  const stranger = meet(situation, target.ownAddress);
  // far more than it takes even on a busy machine
  const limitMs = 60_000;
  await greet(situation, stranger, limitMs);
  const window = 20;
  let asked = 0;
  const askFor = () => {
    const at = asked++ * blockLength;
    const piece = Math.floor(at / target.pieceLength);
    const length = Math.min(blockLength, content.length - at);
    stranger.request(piece, at % target.pieceLength, length);
  };
  const blocks = Math.ceil(content.length / blockLength);
  stranger.send(message(2));
  await stranger.until(() => stranger.unchoked, limitMs);
  await stranger.until(() => {
    while (asked < blocks && asked - stranger.answers < window) askFor();
    return stranger.receivedBytes >= content.length;
  }, limitMs);
  const isWhole = stranger.receivedBytes === content.length;
  await leave(situation, stranger, 0);
  return isWhole;
}
