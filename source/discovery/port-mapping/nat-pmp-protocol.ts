import type { MappedPort } from './port-mapping.ts';

/** NAT-PMP (RFC 6886), the client's half: requests in, datagrams out; datagrams in, values out. */

export const natPmpPort = 5351;

const version = 0;
const opcodes = { address: 0, udp: 1, tcp: 2 } as const;
/** Added to the opcode in answers. */
const answerBit = 128;

const errors: Record<number, string> = {
  1: 'the router does not know this version of NAT-PMP',
  2: 'the router does not allow it',
  3: 'the router has no network itself',
  4: 'the router has no mappings left',
  5: 'the router does not know this request',
};

export function encodeAddressRequest(): Uint8Array {
  return new Uint8Array([version, opcodes.address]);
}

/** @param lifetime seconds; 0 takes the mapping back */
export function encodeMappingRequest({ protocol, port }: MappedPort, lifetime: number): Uint8Array {
  const packet = Buffer.alloc(12);
  packet[1] = opcodes[protocol];
  packet.writeUInt16BE(port, 4);
  // the port outside; of one that is taken back it is 0 (RFC 6886, 3.4)
  packet.writeUInt16BE(lifetime === 0 ? 0 : port, 6);
  packet.writeUInt32BE(lifetime, 8);
  return packet;
}

export type NatPmpAnswer =
  | { kind: 'address'; address: string }
  | {
      kind: 'mapping';
      protocol: 'tcp' | 'udp';
      port: number;
      externalPort: number;
      lifetime: number;
    }
  | { kind: 'error'; message: string };

/** Reads what the router sent; null when it is no answer of the protocol. */
export function parseNatPmpAnswer(packet: Buffer): NatPmpAnswer | null {
  const opcode = (packet[1] ?? 0) - answerBit;
  if (packet.length < 8 || packet[0] !== version || opcode < 0) return null;
  const result = packet.readUInt16BE(2);
  if (result !== 0)
    return { kind: 'error', message: errors[result] ?? `the router says ${result}` };
  if (opcode === opcodes.address) {
    return packet.length < 12
      ? null
      : { kind: 'address', address: packet.subarray(8, 12).join('.') };
  }
  if ((opcode !== opcodes.tcp && opcode !== opcodes.udp) || packet.length < 16) return null;
  return {
    kind: 'mapping',
    protocol: opcode === opcodes.tcp ? 'tcp' : 'udp',
    port: packet.readUInt16BE(8),
    externalPort: packet.readUInt16BE(10),
    lifetime: packet.readUInt32BE(12),
  };
}
