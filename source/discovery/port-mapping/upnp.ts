import { createSocket } from 'node:dgram';
import { messageOf } from '../../errors.ts';
import { type Gateway, PortMappingError } from './port-mapping.ts';
import {
  addMapping,
  type ControlPoint,
  deleteMapping,
  encodeAction,
  onlyPermanentLeases,
  parseDescription,
  parseErrorCode,
  parseExternalAddress,
  parseSearchAnswer,
  searchMessages,
  ssdpGroup,
  ssdpPort,
} from './upnp-protocol.ts';

const searchMs = 3_000;
const requestMs = 5_000;
const maxBodyBytes = 256 * 1024;

/** Looks for a router that speaks UPnP; null when none answers. */
export async function findUpnpGateway(localAddress: string | null): Promise<Gateway | null> {
  const location = await search(localAddress);
  if (!location) return null;
  const description = await get(location);
  const control = parseDescription(description.text, location);
  if (!control) return null;
  const own = await addressTowards(location.hostname);
  return {
    name: 'UPnP',
    async externalAddress() {
      return parseExternalAddress(await act(control, 'GetExternalIPAddress', []));
    },
    async map(port, lifetime) {
      try {
        await act(control, 'AddPortMapping', addMapping(port, own, lifetime));
      } catch (error) {
        if (!(error instanceof RouterError) || error.code !== onlyPermanentLeases) throw error;
        await act(control, 'AddPortMapping', addMapping(port, own, 0));
      }
      return lifetime;
    },
    async unmap(port) {
      await act(control, 'DeletePortMapping', deleteMapping(port));
    },
  };
}

/** The router refuses, and says by which number of UPnP. */
class RouterError extends PortMappingError {
  readonly code: number | null;

  constructor(code: number | null, status: number) {
    super(sentences[code ?? 0] ?? `the router refuses (${code ?? `HTTP status ${status}`})`);
    this.code = code;
  }
}

const sentences: Record<number, string> = {
  606: 'the router does not allow it',
  718: 'the port outside is taken by another machine',
  728: 'the router has no mappings left',
};

async function act(
  { service, url }: ControlPoint,
  action: string,
  values: Parameters<typeof encodeAction>[2],
): Promise<string> {
  const { status, text } = await get(url, {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset="utf-8"',
      soapaction: `"${service}#${action}"`,
    },
    body: encodeAction(service, action, values),
  });
  if (status !== 200) throw new RouterError(parseErrorCode(text), status);
  return text;
}

async function get(url: URL, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  try {
    const signal = AbortSignal.timeout(requestMs);
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxBodyBytes) throw new Error('its answer is too long');
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  } catch (cause) {
    throw new PortMappingError(`the router cannot be asked: ${messageOf(cause)}`, { cause });
  }
}

/** Asks the network who is a router; resolves with where the first one describes itself. */
async function search(localAddress: string | null): Promise<URL | null> {
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<URL | null>();
  const timer = setTimeout(() => resolve(null), searchMs);
  socket.on('error', () => resolve(null));
  socket.on('message', (packet, { address }) => {
    const location = parseSearchAnswer(packet, address);
    if (location) resolve(location);
  });
  socket.bind({ port: 0, ...(localAddress !== null && { address: localAddress }) }, () => {
    for (const message of searchMessages) {
      // without a network nobody is asked, and nobody answers
      socket.send(message, ssdpPort, ssdpGroup, () => undefined);
    }
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/** The address this machine has on the way to another; nothing is sent. */
async function addressTowards(host: string): Promise<string> {
  const socket = createSocket('udp4');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.on('error', reject);
  socket.connect(ssdpPort, host, () => resolve(socket.address().address));
  try {
    return await promise;
  } catch (cause) {
    throw new PortMappingError(`no way to the router: ${messageOf(cause)}`, { cause });
  } finally {
    socket.close();
  }
}
