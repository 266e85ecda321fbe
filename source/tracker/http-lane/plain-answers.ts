import { askedTooOften, type Requester } from '../announce.ts';
import { parseTrackerPath } from '../announce-path.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { HttpAnswers } from '../http-answers.ts';
import { encodeRefusal, parseTarget } from '../http-protocol.ts';
import { partyOf } from '../ip-address.ts';
import type { RateBudgets } from '../rate-budgets.ts';
import type { Tracker } from '../tracker.ts';
import { readPlainAnnounce } from './plain-announce.ts';
import { isAt, type PlainRequest } from './plain-request.ts';

export interface PlainAnswersOptions {
  tracker: Tracker;
  answers: HttpAnswers;
  /** What each address may ask for. */
  budgets: RateBudgets;
  /** The longest request target that is answered, in bytes. */
  maxTargetLength: number;
}

const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ');
const closingHead = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ',
);
const headEnd = Buffer.from('\r\n\r\n');
/** The path of nearly all requests, with what follows it. */
const usualPath = Buffer.from('/announce?');
const tooOften = encodeRefusal(askedTooOften);

/** Answers plain requests: bytes of requests in, bytes of responses out. */
export class PlainAnswers {
  readonly #options: PlainAnswersOptions;

  constructor(options: PlainAnswersOptions) {
    this.#options = options;
  }

  /**
   * Writes the response to a request in `bytes`. Returns whether it says that the connection is
   * closed; null when the target is not the tracker's, or too long, and nothing is written. Who has
   * asked too often costs no more than that: the target is not read.
   */
  answer(
    bytes: Buffer,
    { targetAt, targetEnd, closes }: PlainRequest,
    requester: Requester,
    out: ByteWriter,
  ): { closes: boolean } | null {
    const { tracker, answers, budgets, maxTargetLength } = this.#options;
    if (targetEnd - targetAt > maxTargetLength) return null;
    if (!isOfTracker(bytes, targetAt, targetEnd)) return null;
    if (!budgets.take(partyOf(requester.address))) {
      tracker.activity.count('http', 'limited');
      respond(tooOften, true, out);
      return closing;
    }
    const parsed =
      readPlainAnnounce(bytes, targetAt, targetEnd) ??
      parseTarget(bytes.toString('latin1', targetAt, targetEnd));
    if (parsed === null) return null;
    respond(answers(parsed, requester), closes, out);
    return closes ? closing : staying;
  }
}

/** Whether the path of a target is the tracker's. */
function isOfTracker(bytes: Buffer, targetAt: number, targetEnd: number): boolean {
  if (isAt(bytes, targetAt, targetEnd, usualPath)) return true;
  const mark = bytes.indexOf('?', targetAt);
  const pathEnd = mark < 0 ? targetEnd : Math.min(mark, targetEnd);
  return parseTrackerPath(bytes.toString('latin1', targetAt, pathEnd)) !== null;
}

const closing = { closes: true };
const staying = { closes: false };

function respond(body: Buffer, closes: boolean, out: ByteWriter): void {
  out.bytes(closes ? closingHead : head);
  out.number(body.length);
  out.word(headEnd);
  out.bytes(body);
}
