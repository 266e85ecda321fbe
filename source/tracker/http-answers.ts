import type { AddressBlocks } from './address-blocks.ts';
import type { Endpoint, Refusal, Requester } from './announce.ts';
import {
  type AddressClaims,
  encodeAnnounceAnswer,
  encodeRefusal,
  encodeScrapeAnswer,
  type HttpAnnounce,
  type HttpScrape,
} from './http-protocol.ts';
import { type IpAddress, isIpv6, isLoopback, isUnusable, parseEndpoint } from './ip-address.ts';
import type { Tracker } from './tracker.ts';

export type HttpRequest = HttpAnnounce | HttpScrape | Refusal;

interface HttpAnswerOptions {
  tracker: Tracker;
  /** Who may announce under another address than its own. */
  isTrustedClient: AddressBlocks;
  /** Addresses of this machine: no client is sent to the tracker itself by what another one says. */
  isOwnAddress: (address: IpAddress) => boolean;
}

/** Answers what was parsed of a request: the body, bencoded, which is valid until the next. */
export type HttpAnswers = (request: HttpRequest, requester: Requester) => Buffer;

export function createHttpAnswers(options: HttpAnswerOptions): HttpAnswers {
  const { tracker, isTrustedClient, isOwnAddress } = options;

  /** Where a claim says that a peer is; null when nobody can be there. */
  const believed = (claim: string | null, port: number): Endpoint | null => {
    const endpoint = claim === null ? null : parseEndpoint(claim, port);
    if (endpoint === null || endpoint.port === 0) return null;
    const { address } = endpoint;
    return isUnusable(address) || isLoopback(address) || isOwnAddress(address) ? null : endpoint;
  };

  /**
   * Where a client is that is trusted to say so: `ip` is instead of the address it comes from, and
   * `ipv4` and `ipv6` are instead of that of their family, or besides the other.
   */
  const announceAt = (announce: HttpAnnounce, claims: AddressClaims, requester: Requester) => {
    const { port } = announce;
    const replaced = believed(claims.ip, port);
    const named = [believed(claims.ipv4, port), believed(claims.ipv6, port)];
    const nameOf = (isOfIpv6: boolean) =>
      named.find((endpoint) => endpoint !== null && isIpv6(endpoint.address) === isOfIpv6) ?? null;
    const isOfIpv6 = isIpv6((replaced ?? requester).address);
    const at = replaced ?? nameOf(isOfIpv6) ?? { address: requester.address, port };
    const { localAddress, protocol } = requester;
    const alsoAt = nameOf(!isOfIpv6);
    return tracker.announce(
      { ...announce, port: at.port },
      { address: at.address, localAddress, protocol, alsoAt },
    );
  };

  return (request, requester) => {
    const { protocol } = requester;
    switch (request.kind) {
      case 'refusal':
        tracker.activity.count(protocol, 'malformed');
        return encodeRefusal(request);
      case 'scrape': {
        const { infoHashes, passkey } = request;
        return encodeScrapeAnswer(tracker.scrape(infoHashes, { protocol, passkey }));
      }
      case 'announce': {
        const { claims } = request;
        const answered =
          claims !== null && isTrustedClient(requester.address)
            ? announceAt(request, claims, requester)
            : tracker.announce(request, requester);
        return answered.kind === 'refusal'
          ? encodeRefusal(answered)
          : encodeAnnounceAnswer(answered, request);
      }
    }
  };
}
