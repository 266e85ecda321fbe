import type { IpAddress } from '../ip-address.ts';

/**
 * What to answer a datagram that came from an address; null for silence. The datagram is valid
 * until this returns, the answer until the next call.
 */
export type AnswerDatagram = (packet: Buffer, from: IpAddress) => Buffer | null;

export interface DatagramOptions {
  /** An IPv4 address, or an IPv6 one, at which no IPv4 is taken. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  answer: AnswerDatagram;
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
