/** What is remembered of a peer besides where it stands. */
export const flags = {
  /** Its download is among those counted. */
  counted: 1,
  /** It is in the swarm with an address of the other family too, and counted there. */
  twin: 2,
} as const;

/** Words of what is known of a peer. */
export const facts = {
  /** Second at which it was last heard, modulo 2^16, and its flags above. */
  heard: 0,
  /** Hash of peer id and key; 0 without a key. */
  tag: 1,
  /** Only where ids are kept. */
  peerId: 2,
} as const;
export const flagsShift = 16;
export const secondMask = 0xffff;

/** The peers of one run, as they lie in memory: those from the middle on, then those before it. */
export interface RunDump {
  /** How far each group reaches from the middle. */
  reaches: Uint32Array;
  facts: Uint32Array;
  endpoints: Uint16Array;
}
