import type { MappedPort } from './port-mapping.ts';

/**
 * The part of UPnP that maps ports (Internet Gateway Device 1 and 2): texts in, values out. No
 * sockets. Of XML it reads what routers send here, elements with text; all else is not looked at.
 */

export const ssdpGroup = '239.255.255.250';
export const ssdpPort = 1900;

/** What is looked for; the first of the services that a router has is used. */
const deviceTypes = [1, 2].map((v) => `urn:schemas-upnp-org:device:InternetGatewayDevice:${v}`);
const serviceTypes = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
];

/** The messages that ask who in the network is a router. */
export const searchMessages = deviceTypes.map((type) =>
  [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${ssdpGroup}:${ssdpPort}`,
    'MAN: "ssdp:discover"',
    'MX: 1',
    `ST: ${type}`,
    '',
    '',
  ].join('\r\n'),
);

/**
 * Where the router that answered from `address` describes itself. Null when it is no answer, or
 * sends us to somebody else: whoever is in the network may answer, but only for himself.
 */
export function parseSearchAnswer(packet: Uint8Array, address: string): URL | null {
  const text = Buffer.from(packet.buffer, packet.byteOffset, packet.length).toString('latin1');
  if (!/^HTTP\/1\.[01] 200 /.test(text)) return null;
  const location = /^location:[ \t]*(\S+)/im.exec(text)?.[1] ?? '';
  return urlAt(location, undefined, address);
}

export interface ControlPoint {
  service: string;
  url: URL;
}

/** Where the router is told what to do, by the description it gave at `base`; null if nowhere. */
export function parseDescription(xml: string, base: URL): ControlPoint | null {
  const services = [...xml.matchAll(/<service>(.*?)<\/service>/gs)].map(([, inner = '']) => inner);
  for (const type of serviceTypes) {
    const service = services.find((one) => elementText(one, 'serviceType') === type);
    const control = service && elementText(service, 'controlURL');
    const url = control ? urlAt(control, base, base.hostname) : null;
    if (url) return { service: type, url };
  }
  return null;
}

type Arguments = readonly (readonly [name: string, value: string | number])[];

/** The body of a request. */
export function encodeAction(service: string, action: string, values: Arguments): string {
  const inner = values.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return (
    '<?xml version="1.0"?>\r\n' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${service}">${inner.join('')}</u:${action}>` +
    '</s:Body></s:Envelope>\r\n'
  );
}

/** @param localAddress that of this machine, as the router sees it */
export function addMapping(
  { protocol, port }: MappedPort,
  localAddress: string,
  lifetime: number,
): Arguments {
  return [
    ...deleteMapping({ protocol, port }),
    ['NewInternalPort', port],
    ['NewInternalClient', localAddress],
    ['NewEnabled', 1],
    ['NewPortMappingDescription', 'everseed'],
    ['NewLeaseDuration', lifetime],
  ];
}

export function deleteMapping({ protocol, port }: MappedPort): Arguments {
  return [
    ['NewRemoteHost', ''],
    ['NewExternalPort', port],
    ['NewProtocol', protocol.toUpperCase()],
  ];
}

export function parseExternalAddress(xml: string): string | null {
  return elementText(xml, 'NewExternalIPAddress') || null;
}

/** A router that forgets mappings only when told to. */
export const onlyPermanentLeases = 725;

/** The number of the error in a router's answer (UPnP's own); null when it names none. */
export function parseErrorCode(xml: string): number | null {
  const code = elementText(xml, 'errorCode');
  return code !== null && /^\d{1,5}$/.test(code) ? Number(code) : null;
}

/** The text of the first element of a name, whatever its namespace is called. */
function elementText(xml: string, name: string): string | null {
  const match = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(xml);
  return match?.[1] === undefined ? null : unescapeXml(match[1].trim());
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function urlAt(text: string, base: URL | undefined, host: string): URL | null {
  if (!URL.canParse(text, base?.href)) return null;
  const url = new URL(text, base);
  return url.protocol === 'http:' && url.hostname === host ? url : null;
}
