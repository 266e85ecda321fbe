import { askedTooOften, type Requester } from '../announce.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { HttpAnswers } from '../http-answers.ts';
import { encodeRefusal, parseTarget } from '../http-protocol.ts';
import { partyOf } from '../ip-address.ts';
import type { RateBudgets } from '../rate-budgets.ts';
import type { Tracker } from '../tracker.ts';
import { readPlainAnnounce } from './plain-announce.ts';
import type { PlainRequest } from './plain-request.ts';

export interface PlainAnswersOptions {
  tracker: Tracker;
  answers: HttpAnswers;
  /** What each address may ask for. */
  budgets: RateBudgets;
}

const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ');
const closingHead = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ',
);
const headEnd = Buffer.from('\r\n\r\n');
const tooOften = encodeRefusal(askedTooOften);

/** Answers plain requests: bytes of requests in, bytes of responses out. */
export class PlainAnswers {
  readonly #options: PlainAnswersOptions;

  constructor(options: PlainAnswersOptions) {
    this.#options = options;
  }

  /**
   * Writes the response to a request in `bytes`. Returns whether it says that the connection is
   * closed; null when the target is not the tracker's, and nothing is written.
   */
  answer(
    bytes: Buffer,
    { targetAt, targetEnd, closes }: PlainRequest,
    requester: Requester,
    out: ByteWriter,
  ): { closes: boolean } | null {
    const { tracker, answers, budgets } = this.#options;
    const parsed =
      readPlainAnnounce(bytes, targetAt, targetEnd) ??
      parseTarget(bytes.toString('latin1', targetAt, targetEnd));
    if (parsed === null) return null;
    if (budgets.take(partyOf(requester.address))) {
      respond(answers(parsed, requester), closes, out);
      return closes ? closing : staying;
    }
    tracker.activity.count('http', 'limited');
    respond(tooOften, true, out);
    return closing;
  }
}

const closing = { closes: true };
const staying = { closes: false };

function respond(body: Buffer, closes: boolean, out: ByteWriter): void {
  out.bytes(closes ? closingHead : head);
  out.number(body.length);
  out.word(headEnd);
  out.bytes(body);
}
