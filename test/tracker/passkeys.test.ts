import { expect, test } from 'vitest';
import { Passkeys } from '../../source/tracker/passkeys.ts';

const who = { passkey: 'k1', infoHash: 'h'.repeat(20), peerId: 'p'.repeat(20) };

function setUp() {
  const passkeys = new Passkeys();
  passkeys.set(['k1', 'k2']);
  const tell = (
    uploaded: number,
    downloaded: number,
    event: 'started' | 'stopped' | null = null,
    more: Partial<typeof who> = {},
  ) => passkeys.account({ ...who, ...more }, { uploaded, downloaded }, event, 1_000);
  return { passkeys, tell };
}

test('only what is new since the last announce is added', () => {
  const { passkeys, tell } = setUp();
  tell(0, 0, 'started');
  tell(100, 10);
  tell(100, 30);
  tell(150, 30, 'stopped');
  expect(passkeys.takeReport()).toMatchObject({
    added: [{ passkey: 'k1', uploaded: 150, downloaded: 30 }],
    sessions: [],
    ended: [who],
  });
  expect(passkeys.takeReport()).toBeNull();
});

test('each peer and swarm is a session of its own', () => {
  const { passkeys, tell } = setUp();
  tell(5, 0, 'started');
  tell(5, 0, 'started', { peerId: 'q'.repeat(20) });
  tell(5, 0, 'started', { infoHash: 'i'.repeat(20) });
  tell(7, 0, 'started', { passkey: 'k2' });
  expect(passkeys.takeReport()?.added).toEqual([
    { passkey: 'k1', uploaded: 15, downloaded: 0 },
    { passkey: 'k2', uploaded: 7, downloaded: 0 },
  ]);
});

test('what a stranger had told before does not count, what it adds does', () => {
  const { passkeys, tell } = setUp();
  tell(1_000, 500);
  tell(1_200, 500);
  expect(passkeys.takeReport()?.added).toEqual([{ passkey: 'k1', uploaded: 200, downloaded: 0 }]);
});

test('a sum that shrank began anew', () => {
  const { passkeys, tell } = setUp();
  tell(1_000, 0, 'started');
  tell(50, 0);
  expect(passkeys.takeReport()?.added).toEqual([{ passkey: 'k1', uploaded: 1_050, downloaded: 0 }]);
});

test('sessions that were reported can be restored', () => {
  const { passkeys, tell } = setUp();
  tell(100, 10, 'started');
  const report = passkeys.takeReport();
  const next = new Passkeys();
  next.set(['k1']);
  next.restore(report?.sessions ?? []);
  next.account(who, { uploaded: 130, downloaded: 10 }, null, 2_000);
  expect(next.takeReport()?.added).toEqual([{ passkey: 'k1', uploaded: 30, downloaded: 0 }]);
});

test('a key that was revoked is none, and is not accounted', () => {
  const { passkeys, tell } = setUp();
  tell(1, 1);
  passkeys.set(['k2']);
  expect(passkeys.has('k1')).toBe(false);
  tell(100, 1);
  expect(passkeys.takeReport()?.added ?? []).toEqual([]);
});

test('sessions are over after a day of silence, and bounded for each key', () => {
  const { passkeys, tell } = setUp();
  for (let n = 0; n < 1_500; n++) tell(1, 0, 'started', { peerId: String(n).padStart(20) });
  const report = passkeys.takeReport();
  expect(report?.sessions).toHaveLength(1_000);
  expect(report?.added).toEqual([{ passkey: 'k1', uploaded: 1_500, downloaded: 0 }]);
  passkeys.expire(1_000 + 24 * 3_600_000);
  expect(passkeys.takeReport()).toBeNull();
  passkeys.expire(1_001 + 24 * 3_600_000);
  expect(passkeys.takeReport()?.ended).toHaveLength(1_000);
});
