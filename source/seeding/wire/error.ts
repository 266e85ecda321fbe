/** A peer broke the protocol. Its connection is closed; the message is for the log only. */
export class WireError extends Error {
  override readonly name = 'WireError';
}
