import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { systemErrorCode } from '../../errors.ts';
import { AnnounceError } from './announce.ts';
import type { IpFamily } from './compact-addresses.ts';

/** The first address of a host in each family it has one in. */
type HostAddresses = Partial<Record<IpFamily, string>>;

/** Finds the addresses of hosts; throws AnnounceError `unreachable` for one that is none. */
export interface Resolver {
  resolve(host: string): Promise<HostAddresses>;
}

/** How long an answer is good for, and how long none is. */
const keepMs = 5 * 60_000;
const keepFailureMs = 30_000;

/**
 * Looks up the hosts of trackers, one look-up for all that ask within minutes: thousands of
 * publications name the same few.
 */
export class HostResolver implements Resolver {
  readonly #now: () => number;
  readonly #answers = new Map<string, { addresses: Promise<HostAddresses>; until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws AnnounceError `unreachable` when there is no such host */
  async resolve(host: string): Promise<HostAddresses> {
    const literal = isIP(host);
    if (literal === 4 || literal === 6) return { [literal]: host };
    const known = this.#answers.get(host);
    if (known && known.until > this.#now()) return await known.addresses;
    const addresses = look(host);
    const answer = { addresses, until: this.#now() + keepMs };
    this.#answers.set(host, answer);
    addresses.catch(() => {
      answer.until = this.#now() + keepFailureMs;
    });
    return await addresses;
  }
}

async function look(host: string): Promise<HostAddresses> {
  try {
    const found = await lookup(host, { all: true });
    const first = (family: IpFamily) => found.find((one) => one.family === family)?.address;
    const [four, six] = [first(4), first(6)];
    return { ...(four && { 4: four }), ...(six && { 6: six }) };
  } catch (cause) {
    const why = systemErrorCode(cause) === 'ENOTFOUND' ? 'there is no host' : 'cannot look up';
    throw new AnnounceError('unreachable', `${why} ${host}`, { cause });
  }
}
