import type { IpAddress } from '../ip-address.ts';

/**
 * What to answer a datagram, the bytes of `packet` from `start` to before `end`, that came from an
 * address. The answer is written to `into` from `at` on, where there is room for `mostSent` bytes,
 * any of which may be written to; returns how long it is: 0 for silence. Nothing of it is kept after
 * this returns.
 */
export type AnswerDatagram = (
  packet: Buffer,
  start: number,
  end: number,
  from: IpAddress,
  into: Buffer,
  at: number,
) => number;

/** No answer is longer. */
export const mostSent = 2048;

export interface DatagramOptions {
  /** An IPv4 address, or an IPv6 one, at which no IPv4 is taken. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  answer: AnswerDatagram;
  /** How often it is looked which addresses this machine has, in milliseconds, where that matters. */
  addressCheckMs?: number | undefined;
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
}

/** A socket that answers. */
export interface Datagrams {
  port: number;
  close(): Promise<void>;
}

/** So that what arrives while something else is done is not lost. */
export const receiveBufferBytes = 4 * 1024 * 1024;
