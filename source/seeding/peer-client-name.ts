/** The programs behind the two letters of an Azureus-style peer id (BEP 20). */
const azureusNames: Record<string, string> = {
  A2: 'aria2',
  AG: 'Ares',
  AZ: 'Vuze',
  BC: 'BitComet',
  BI: 'BiglyBT',
  BT: 'BitTorrent',
  BW: 'BiglyBT',
  CT: 'CTorrent',
  DE: 'Deluge',
  ES: 'everseed',
  FD: 'Free Download Manager',
  FL: 'Flud',
  FW: 'FrostWire',
  GT: 'anacrolix',
  HL: 'Halite',
  KT: 'KTorrent',
  LT: 'libtorrent',
  lt: 'rTorrent',
  MG: 'MediaGet',
  PI: 'PicoTorrent',
  qB: 'qBittorrent',
  rQ: 'rqbit',
  TL: 'Tribler',
  TR: 'Transmission',
  TS: 'torrent-stream',
  TT: 'TuoTu',
  TX: 'Tixati',
  UM: 'µTorrent Mac',
  UT: 'µTorrent',
  UW: 'µTorrent Web',
  WD: 'WebTorrent Desktop',
  WW: 'WebTorrent',
  XL: 'Xunlei',
};

/** The programs behind the letter of a Shadow-style peer id. */
const shadowNames: Record<string, string> = {
  A: 'ABC',
  M: 'Mainline',
  O: 'Osprey Permaseed',
  Q: 'BTQueue',
  R: 'Tribler',
  S: 'Shadow',
  T: 'BitTornado',
  U: 'UPnP NAT BitTorrent',
};

const maxLength = 64;

/**
 * The name and version of a peer's program, fit to be shown: what it says itself (`v` of the
 * extended handshake, BEP 10), else what its peer id tells, else `unknown`.
 */
export function peerClientName(peerId: Uint8Array, saidVersion: string | null): string {
  const said = sanitize(saidVersion ?? '');
  return said || nameOfPeerId(Buffer.from(peerId).toString('latin1')) || 'unknown';
}

function nameOfPeerId(id: string): string {
  const azureus = /^-([A-Za-z][A-Za-z0-9~])([0-9A-Za-z.]{4})-/.exec(id);
  if (azureus) return named(azureusNames, azureus[1], base62Digits(azureus[2] ?? ''));
  const dashed = /^(A2|M)-?(\d{1,2}-\d{1,3}-\d{1,3})-/.exec(id);
  if (dashed) {
    const name = dashed[1] === 'A2' ? 'aria2' : 'Mainline';
    return `${name} ${(dashed[2] ?? '').replaceAll('-', '.')}`;
  }
  const shadow = /^([A-Z])([0-9A-Za-z.]{1,5})-+/.exec(id);
  if (shadow && shadowNames[shadow[1] ?? '']) {
    return named(shadowNames, shadow[1], base62Digits((shadow[2] ?? '').slice(0, 3)));
  }
  return '';
}

function named(names: Record<string, string>, code = '', version: string): string {
  const name = Object.hasOwn(names, code) ? names[code] : code;
  return version ? `${name} ${version}` : `${name}`;
}

/** `2080` to `2.0.8`: a digit a part (A is 10), zeros at the end left out down to two parts. */
function base62Digits(digits: string): string {
  const parts = [...digits].filter((digit) => digit !== '.').map(digitValue);
  while (parts.length > 2 && parts.at(-1) === 0) parts.pop();
  return parts.join('.');
}

function digitValue(digit: string): number {
  if (digit >= 'a') return digit.charCodeAt(0) - 'a'.charCodeAt(0) + 36;
  return Number.parseInt(digit, 36);
}

/** Without control, formatting and separator characters, which would reach a terminal. */
function sanitize(text: string): string {
  const shown = text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return [...shown].slice(0, maxLength).join('').trim();
}
