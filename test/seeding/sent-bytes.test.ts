import { expect, test } from 'vitest';
import { SentAccounts } from '../../source/seeding/sent-bytes.ts';

test('all bytes are in the sum; by peer there are those who were sent content, and asked who they are', () => {
  const accounts = new SentAccounts();
  const leecher = { host: '198.51.100.1', client: 'one' };
  const passer = {
    get host(): string {
      throw new Error('nobody needs to know');
    },
    client: '',
  };
  expect(accounts.isEmpty).toBe(true);
  accounts.addProtocol(passer, 68);
  accounts.addProtocol(leecher, 16_397);
  accounts.addPayload(leecher, 16_384);
  accounts.addProtocol(leecher, -16_384);
  expect(accounts.take()).toEqual({
    payload: 16_384,
    protocol: 68 + 13,
    peers: [{ ...leecher, payload: 16_384, protocol: 13 }],
  });
  expect(accounts.isEmpty).toBe(true);
  expect(accounts.take()).toEqual({ payload: 0, protocol: 0, peers: [] });
});
