/** The header of a uTP packet (BEP 29), version 1; what follows it does not matter here. */
const headerLength = 20;
const version = 1;
const packetType = { reset: 3, syn: 4 } as const;

/**
 * The answer to a packet that asks for a uTP connection (BEP 29) where there is none to be had: a
 * reset. Null for every other packet. It is never longer than what it answers.
 */
export function resetForSyn(packet: Uint8Array): Uint8Array | null {
  if (packet.length < headerLength) return null;
  if (packet[0] !== ((packetType.syn << 4) | version)) return null;
  const reset = new Uint8Array(headerLength);
  reset[0] = (packetType.reset << 4) | version;
  const connectionId = packet.subarray(2, 4);
  const sequenceNumber = packet.subarray(16, 18);
  reset.set(connectionId, 2);
  // acknowledges the packet that asked
  reset.set(sequenceNumber, 18);
  return reset;
}
