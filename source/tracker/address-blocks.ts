import { type IpAddress, parseIpAddress } from './ip-address.ts';

/** Addresses whose first bits are the same. */
interface AddressBlock {
  prefix: IpAddress;
  bits: number;
}

/** Tells whether an address is in any of the blocks. */
export type AddressBlocks = (address: IpAddress) => boolean;

/**
 * Reads blocks such as `10.0.0.0/8` and `2001:db8::/32`; an address alone is a block of one.
 * Throws a RangeError with a sentence that names the one that is none.
 */
export function parseAddressBlocks(texts: readonly string[]): AddressBlocks {
  const blocks = texts.map(parseAddressBlock);
  return (address) => blocks.some((block) => isIn(block, address));
}

function parseAddressBlock(text: string): AddressBlock {
  const [address = '', bits, ...rest] = text.split('/');
  const prefix = parseIpAddress(address);
  const count = bits === undefined ? (prefix ?? '').length * 8 : decimal(bits);
  if (prefix === null || rest.length > 0 || !(count <= prefix.length * 8)) {
    throw new RangeError(`${JSON.stringify(text)} is no address and no block of addresses`);
  }
  return { prefix, bits: count };
}

/** NaN for what is no number. */
function decimal(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
}

function isIn({ prefix, bits }: AddressBlock, address: IpAddress): boolean {
  if (address.length !== prefix.length) return false;
  const whole = bits >>> 3;
  if (!address.startsWith(prefix.slice(0, whole))) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  return (address.charCodeAt(whole) ^ prefix.charCodeAt(whole)) >>> (8 - rest) === 0;
}
