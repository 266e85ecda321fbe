import { randomBytes, randomInt } from 'node:crypto';
import { connect, isIPv6, type Socket } from 'node:net';
import { Conversation } from '../encryption/conversation.ts';
import { KeyExchange } from '../encryption/key-exchange.ts';
import { initiate } from '../encryption/mse-initiator.ts';
import type { StreamCipher } from '../encryption/stream-keys.ts';
import type { Connections } from '../listener/connections.ts';
import type { PeerAddress } from '../listener/peer-address.ts';
import { WireError } from '../wire/error.ts';
import { type Handshake, HandshakeDecoder } from '../wire/handshake.ts';

/** What is said to a peer that is connected to. */
export interface Introduction {
  /** What it is connected to for, 20 bytes. */
  infoHash: Uint8Array;
  /** Our handshake, as it is sent. */
  handshake: Uint8Array;
  /** How to begin, and whether to go on in plaintext where the peer would. */
  encryption: 'none' | 'offered' | 'required';
}

/** A peer that was connected to and has answered with its handshake. */
export interface Dialed {
  socket: Socket;
  address: PeerAddress;
  handshake: Handshake;
  /** What came right behind the handshake, readable. */
  rest: Uint8Array;
  /** For all that follows; null in plaintext. */
  cipher: StreamCipher | null;
}

/** A connection that came to nothing. */
export class DialError extends Error {
  override readonly name = 'DialError';
  /** The peer was there, but did not like what it was told. */
  readonly refused: boolean;

  constructor(refused: boolean, cause?: unknown) {
    super(refused ? 'the peer hung up' : 'nobody was reached', { cause });
    this.refused = refused;
  }
}

/** The addresses to connect from, by family; null for whichever the system takes. */
export interface LocalHosts {
  ipv4: string | null;
  ipv6: string | null;
}

/**
 * Connects to a peer and brings the connection as far as its handshake, within the time that
 * `connections` allows.
 *
 * @throws DialError when that does not come about
 */
export async function dial(
  address: PeerAddress,
  introduction: Introduction,
  connections: Connections,
  from: LocalHosts,
): Promise<Dialed> {
  const localAddress = isIPv6(address.host) ? from.ipv6 : from.ipv4;
  const socket = connect({ ...address, ...(localAddress !== null && { localAddress }) });
  if (!connections.admit(address.host, socket)) {
    socket.destroy();
    throw new DialError(false);
  }
  socket.setNoDelay(true);
  let reached = false;
  const { promise, resolve, reject } = Promise.withResolvers<Dialed>();
  const conversation = introduce(introduction);
  const receive = (chunk: Uint8Array): void => {
    try {
      const { reply, done } = conversation(chunk);
      if (reply.length > 0) socket.write(reply);
      if (!done) return;
      connections.handshaken(socket);
      socket.off('data', receive);
      // Until somebody takes what comes next.
      socket.pause();
      resolve({ socket, address, ...done });
    } catch (error) {
      socket.destroy();
      reject(error instanceof WireError ? new DialError(true, error) : error);
    }
  };
  socket.on('connect', () => {
    reached = true;
    receive(new Uint8Array(0));
  });
  socket.on('data', receive);
  socket.on('close', () => reject(new DialError(reached)));
  return await promise;
}

/** Takes what the peer says, none to begin with; gives what to answer, and what it came to. */
function introduce({ infoHash, handshake, encryption }: Introduction) {
  const decoder = new HandshakeDecoder();
  const encrypted =
    encryption === 'none'
      ? null
      : new Conversation((heard) =>
          initiate(heard, {
            exchange: new KeyExchange(),
            padding: (maxLength) => randomBytes(randomInt(maxLength + 1)),
            infoHash,
            initial: handshake,
            encryptionRequired: encryption === 'required',
          }),
        );
  let cipher: StreamCipher | null = null;
  let stage: 'nothing said' | 'encrypting' | 'greeted' = 'nothing said';
  const decode = (chunk: Uint8Array) => {
    const done = decoder.push(chunk);
    return done && { ...done, cipher };
  };
  return (chunk: Uint8Array) => {
    if (!encrypted) {
      const reply = stage === 'nothing said' ? handshake : new Uint8Array(0);
      stage = 'greeted';
      return { reply, done: decode(chunk) };
    }
    if (stage === 'greeted') {
      return { reply: new Uint8Array(0), done: decode(cipher?.incoming.apply(chunk) ?? chunk) };
    }
    const { reply, result } = encrypted.push(chunk);
    stage = result ? 'greeted' : 'encrypting';
    cipher = result?.cipher ?? null;
    return { reply, done: result && decode(result.rest) };
  };
}
