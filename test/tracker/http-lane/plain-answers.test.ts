import { expect, test } from 'vitest';
import { ByteWriter } from '../../../source/tracker/byte-writer.ts';
import { PlainAnswers } from '../../../source/tracker/http-lane/plain-answers.ts';
import { readPlainRequest } from '../../../source/tracker/http-lane/plain-request.ts';
import { RateBudgets } from '../../../source/tracker/rate-budgets.ts';
import { addressOf, createTestTracker } from '../test-tracker.ts';

function setUp(budget: number) {
  const now = () => 0;
  const tracker = createTestTracker({ now });
  const answered: string[] = [];
  const plainAnswers = new PlainAnswers({
    tracker,
    answers: (request) => {
      answered.push(request.kind);
      return Buffer.from('the answer');
    },
    budgets: new RateBudgets({ perSecond: 1, burst: budget, now }),
    maxTargetLength: 100,
  });
  const ask = (target: string): string | null => {
    const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\n\r\n`);
    const request = readPlainRequest(bytes, 0, bytes.length);
    if (request === null) throw new Error('the request is not plain');
    const out = new ByteWriter(1024);
    const requester = {
      ...{ address: addressOf('192.0.2.1'), localAddress: null },
      protocol: 'http' as const,
    };
    const written = plainAnswers.answer(bytes, request, requester, out);
    return written === null ? null : out.slice(0, out.length).toString('latin1');
  };
  return { tracker, answered, ask };
}

test('who has asked too often is refused before the request is read', () => {
  const { tracker, answered, ask } = setUp(2);
  expect(ask('/announce?nonsense')).toContain('the answer');
  expect(ask('/scrape?nonsense')).toContain('the answer');
  for (const target of ['/announce?nonsense', '/scrape', '/0123456789abcdef/announce?x']) {
    expect(ask(target)).toMatch(/Connection: close.*asked too often/s);
  }
  expect(answered).toEqual(['refusal', 'refusal']);
  expect(tracker.report().protocols.http.outcomes).toMatchObject({ limited: 3, malformed: 0 });
});

test('what is not the tracker’s, or too long, is left to others, and costs nothing here', () => {
  const { ask } = setUp(1);
  const others = ['/', '/announcer?x', '/stats', '/t/announce/x', `/announce?${'x'.repeat(100)}`];
  for (const target of others) expect(ask(target)).toBeNull();
  expect(ask('/announce?nonsense')).toContain('the answer');
});
