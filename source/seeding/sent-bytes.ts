/** Bytes that sockets of peers have taken. */
export interface SentBytes {
  /** Content. */
  payload: number;
  /** All else that went over the peer wire: handshakes, messages, the heads of blocks. */
  protocol: number;
}

/** What was sent to the peers at one address. */
export interface SentToPeer extends SentBytes {
  host: string;
  client: string;
}

/** A peer as what was sent to it is accounted for; asked when that is reported. */
export interface Recipient {
  /** Its address, without the port. */
  readonly host: string;
  /** Name and version of its program. */
  readonly client: string;
}

/** What was sent of one publication, to whom, and not reported yet. */
export class SentAccounts {
  #sum: SentBytes = { payload: 0, protocol: 0 };
  /** Those who were sent content: others come and go by the thousands, and get nothing. */
  #recipients = new Map<Recipient, SentBytes>();

  addPayload(to: Recipient, bytes: number): void {
    this.#sum.payload += bytes;
    this.#of(to).payload += bytes;
  }

  /** `bytes` may be less than nothing, when payload was counted among them before. */
  addProtocol(to: Recipient, bytes: number): void {
    this.#sum.protocol += bytes;
    this.#of(to).protocol += bytes;
  }

  get isEmpty(): boolean {
    return this.#sum.payload === 0 && this.#sum.protocol === 0;
  }

  /** All of it; it then counts as reported. */
  take(): SentBytes & { peers: SentToPeer[] } {
    const peers: SentToPeer[] = [];
    for (const [recipient, sent] of this.#recipients) {
      if (sent.payload === 0) continue;
      peers.push({ host: recipient.host, client: recipient.client, ...sent });
    }
    const taken = { ...this.#sum, peers };
    this.#sum = { payload: 0, protocol: 0 };
    this.#recipients = new Map();
    return taken;
  }

  #of(recipient: Recipient): SentBytes {
    let sent = this.#recipients.get(recipient);
    if (!sent) {
      sent = { payload: 0, protocol: 0 };
      this.#recipients.set(recipient, sent);
    }
    return sent;
  }
}
