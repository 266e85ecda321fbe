import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { messageOf, systemErrorCode } from '../../errors.ts';
import { isPrivateAddress } from '../../private-networks.ts';
import { type AnnounceAnswer, AnnounceError, type AnnounceRequest } from './announce.ts';
import type { IpFamily } from './compact-addresses.ts';
import type { Resolver } from './host-resolver.ts';
import { announceUrl, parseAnnounceAnswer } from './http-protocol.ts';

/** Until the answer is whole, redirects included. */
const deadlineMs = 30_000;
const maxRedirects = 5;
const maxBodyBytes = 256 * 1024;

/** Connections kept open to a tracker between announces, and how long. */
const idleConnections = 2;
const idleMs = 20_000;

interface HttpAnnouncerOptions {
  resolver: Resolver;
  userAgent: string;
  /** The local addresses to connect from, by family; a family without one is not used. */
  bind: Partial<Record<IpFamily, string>>;
  /** Instead of 30 s, in tests. */
  deadlineMs?: number;
}

/** Announces by HTTP and HTTPS (BEP 3), over connections that are kept and shared. */
export class HttpAnnouncer {
  readonly #options: HttpAnnouncerOptions;
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true, maxFreeSockets: idleConnections, timeout: idleMs }),
    'https:': new https.Agent({
      keepAlive: true,
      maxFreeSockets: idleConnections,
      timeout: idleMs,
    }),
  };
  readonly #closed = new AbortController();

  constructor(options: HttpAnnouncerOptions) {
    this.#options = options;
  }

  /** @throws AnnounceError */
  async announce(
    tracker: URL,
    family: IpFamily,
    request: AnnounceRequest,
  ): Promise<AnnounceAnswer> {
    const timeout = AbortSignal.timeout(this.#options.deadlineMs ?? deadlineMs);
    const signal = AbortSignal.any([timeout, this.#closed.signal]);
    try {
      const { status, body } = await this.#follow(announceUrl(tracker, request), family, signal);
      return readAnswer(status, body);
    } catch (error) {
      if (error instanceof AnnounceError) throw error;
      if (this.#closed.signal.aborted) throw unreachable('everseed is stopping', error);
      if (timeout.aborted) throw unreachable('no answer in time', error);
      throw unreachable(describe(error), error);
    }
  }

  /** Ends everything under way as failed. */
  close(): void {
    this.#closed.abort();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #follow(
    first: URL,
    family: IpFamily,
    signal: AbortSignal,
  ): Promise<{ status: number; body: Buffer }> {
    let url = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      if (redirects > 0) await this.#expectReachable(url, first, family);
      const response = await this.#get(url, family, signal);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status < 300 || status >= 400 || location === undefined) {
        return { status, body: await readBody(response) };
      }
      response.destroy();
      url = redirectTarget(location, url);
    }
    throw unreachable(`redirected more than ${maxRedirects} times`);
  }

  /** A stranger has no business sending us to what only this network, or machine, can reach. */
  async #expectReachable(url: URL, first: URL, family: IpFamily): Promise<void> {
    const isPrivate = async (one: URL) => isPrivateAddress(await this.#addressOf(one, family));
    if ((await isPrivate(url)) && !(await isPrivate(first))) throw cannotGo();
  }

  async #addressOf(url: URL, family: IpFamily): Promise<string> {
    const host = hostOf(url);
    const address = (await this.#options.resolver.resolve(host))[family];
    if (!address) throw unreachable(`${host} has no IPv${family} address`);
    return address;
  }

  async #get(url: URL, family: IpFamily, signal: AbortSignal): Promise<IncomingMessage> {
    const { userAgent, bind } = this.#options;
    const host = hostOf(url);
    const address = await this.#addressOf(url, family);
    const localAddress = bind[family];
    const isSecure = url.protocol === 'https:';
    const options: RequestOptions & { servername?: string } = {
      host: address,
      port: url.port || (isSecure ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      ...(localAddress !== undefined && !isWildcard(localAddress) && { localAddress }),
      // the certificate is for the name, not for the address
      ...(isSecure && !isIP(host) && { servername: host }),
      headers: { host: url.host, 'user-agent': userAgent, accept: '*/*' },
      agent: this.#agents[isSecure ? 'https:' : 'http:'],
      signal,
    };
    const client = isSecure ? https : http;
    try {
      return await send(client, options);
    } catch (error) {
      // the tracker closed the kept connection while the request was on its way
      if (error instanceof KeptConnectionLost) return await send(client, options);
      throw error;
    }
  }
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

class KeptConnectionLost extends Error {}

function send(client: typeof http | typeof https, options: RequestOptions) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = client.request(options, resolve);
  request.on('error', (error) => {
    const lost = request.reusedSocket && systemErrorCode(error) === 'ECONNRESET';
    reject(lost ? new KeptConnectionLost() : error);
  });
  request.end();
  return promise;
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // leaving the loop closes the connection
    if (length > maxBodyBytes) throw unreachable('the answer is longer than any tracker gives');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function redirectTarget(location: string, from: URL): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  if (target?.protocol === 'https:') return target;
  // what was asked for in secret stays so
  if (target?.protocol === 'http:' && from.protocol === 'http:') return target;
  throw cannotGo();
}

function cannotGo(): AnnounceError {
  return unreachable('redirected to where announces cannot go');
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function readAnswer(status: number, body: Buffer): AnnounceAnswer {
  if (status === 200) return parseAnnounceAnswer(body);
  try {
    parseAnnounceAnswer(body);
  } catch (error) {
    // some say why with another status than 200
    if (error instanceof AnnounceError && error.kind === 'refused') throw error;
  }
  throw unreachable(`HTTP status ${status}`);
}

function unreachable(message: string, cause?: unknown): AnnounceError {
  return new AnnounceError('unreachable', message, { cause });
}

const errorSentences: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer in time',
  EPIPE: 'connection closed without an answer',
};

function describe(error: unknown): string {
  return errorSentences[systemErrorCode(error) ?? ''] ?? messageOf(error);
}
