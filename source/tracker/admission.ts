import type { Refusal } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { Passkeys } from './passkeys.ts';

interface InfoHashes {
  readonly size: number;
  has(infoHash: BinaryString): boolean;
}

/** What is tracked besides what is published here. */
export interface AccessRules {
  /** Whatever is announced, but for what is denied. */
  open: boolean;
  /** These too. */
  allowed: InfoHashes;
  /** None of these, published or not. */
  denied: InfoHashes;
  /** Peers of private publications must announce with a passkey. */
  passkeysForPrivate: boolean;
}

/** What the tracker knows of a publication. */
export interface TrackedPublication {
  /** The everseed has it, and is told to leechers. */
  seeding: boolean;
  /** The everseed has not all of it: a partial seed (BEP 21). */
  partial?: boolean;
  /** Peers are known from this tracker only (BEP 27). */
  private: boolean;
}

const noRules: AccessRules = {
  open: false,
  allowed: new Set(),
  denied: new Set(),
  passkeysForPrivate: false,
};

/** Decides which swarms there may be here, and who may take part. */
export class Admission {
  readonly publications = new Map<BinaryString, TrackedPublication>();
  readonly passkeys = new Passkeys();
  #rules = noRules;

  get rules(): AccessRules {
    return this.#rules;
  }

  set rules(rules: AccessRules) {
    this.#rules = rules;
  }

  /**
   * Whether everybody without a passkey may take part in any swarm, and nothing is published: then
   * nobody needs to know of which one an announce is.
   */
  get isForAnyone(): boolean {
    return this.#rules.open && this.#rules.denied.size === 0 && this.publications.size === 0;
  }

  /** Whether a swarm of this info hash is tracked. */
  tracks(infoHash: BinaryString): boolean {
    const { open, allowed, denied } = this.#rules;
    if (denied.has(infoHash)) return false;
    return open || this.publications.has(infoHash) || allowed.has(infoHash);
  }

  /** Why somebody who came with this passkey, or none, may not take part; null when it may. */
  refusalFor(infoHash: BinaryString, passkey: string | null): Refusal | null {
    if (!this.tracks(infoHash)) return refusals.notPublished;
    if (passkey !== null && !this.passkeys.has(passkey)) return refusals.unknownPasskey;
    return passkey === null && this.#asksForPasskey(infoHash) ? refusals.noPasskey : null;
  }

  /** Whether anybody may know how many peers there are. */
  showsCounts(infoHash: BinaryString, passkey: string | null): boolean {
    return this.refusalFor(infoHash, passkey) === null;
  }

  #asksForPasskey(infoHash: BinaryString): boolean {
    return this.#rules.passkeysForPrivate && this.publications.get(infoHash)?.private === true;
  }
}

const refusals = {
  notPublished: { kind: 'refusal', reason: 'not published here', retryIn: 'never' },
  unknownPasskey: { kind: 'refusal', reason: 'passkey is not known', retryIn: 'never' },
  noPasskey: { kind: 'refusal', reason: 'passkey is missing', retryIn: 'never' },
} satisfies Record<string, Refusal>;
