import { randomBytes } from 'node:crypto';
import { version } from '../version.ts';
import { peerIdLength } from './wire/handshake.ts';

/** A new peer id in the Azureus style (BEP 20): `-ES0100-` for version 0.1.0, then 12 random bytes. */
export function createPeerId(random: (length: number) => Uint8Array = randomBytes): Uint8Array {
  const prefix = `-ES${versionDigits(version)}-`;
  const id = new Uint8Array(peerIdLength);
  id.set(Buffer.from(prefix, 'latin1'));
  id.set(random(peerIdLength - prefix.length), prefix.length);
  return id;
}

/** Four characters: a digit each of major, minor and patch, 35 at most, and a zero. */
function versionDigits(text: string): string {
  const parts = text.split(/[.-]/, 3).map((part) => Math.min(Number.parseInt(part, 10) || 0, 35));
  return `${parts.map((part) => part.toString(36)).join('')}0`.toUpperCase();
}
