import type { AddressBlocks } from './address-blocks.ts';
import type { Refusal, Requester } from './announce.ts';
import {
  encodeAnnounceAnswer,
  encodeRefusal,
  encodeScrapeAnswer,
  type HttpAnnounce,
  type HttpScrape,
} from './http-protocol.ts';
import { type IpAddress, isLoopback, isUnusable, parseIpAddress } from './ip-address.ts';
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

  /** The requester under the first address it claims at which a peer can be. */
  const believing = (claims: readonly string[], requester: Requester): Requester => {
    for (const claim of claims) {
      const address = parseIpAddress(claim);
      if (address === null || isUnusable(address) || isLoopback(address)) continue;
      if (isOwnAddress(address)) continue;
      return { address, localAddress: requester.localAddress, protocol: requester.protocol };
    }
    return requester;
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
        const claims = isTrustedClient(requester.address) ? request.claimedAddresses : [];
        const answered = tracker.announce(request, believing(claims, requester));
        return answered.kind === 'refusal'
          ? encodeRefusal(answered)
          : encodeAnnounceAnswer(answered, request);
      }
    }
  };
}
