import { isIPv4, isIPv6 } from 'node:net';

/** What texts of settings must be, by the name that the schema gives it (`format`). */
export const settingFormats: Record<string, (text: string) => boolean> = {
  'ipv4-address': isIPv4,
  'ipv6-address-or-none': (text) => text === '' || isPlainIpv6(text),
  'address-block': isAddressBlock,
};

/** Without the name of an interface, which Node takes for a part of it. */
function isPlainIpv6(text: string): boolean {
  return isIPv6(text) && !text.includes('%');
}

/** An address, or a block of them such as `10.0.0.0/8`. */
function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const isIpv4 = isIPv4(address);
  if (!isIpv4 && !isPlainIpv6(address)) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIpv4 ? 32 : 128));
}
