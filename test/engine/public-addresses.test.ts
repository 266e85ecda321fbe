import { expect, test, vi } from 'vitest';
import { lookUpPublicHost } from '../../source/engine/public-addresses.ts';
import { createLog } from '../../source/log/log.ts';

const settings = { bind: '0.0.0.0', bind6: '' };
const log = createLog(() => undefined);
const before = { publicAddress: '198.51.100.1', publicAddress6: null };

function failing(code: string) {
  return vi.fn(() => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code })));
}

test('a name leads where it leads now', async () => {
  const resolve = async () => ({ address: '198.51.100.2' });
  expect(await lookUpPublicHost('a.example', settings, log, before, resolve)).toEqual({
    publicAddress: '198.51.100.2',
    publicAddress6: null,
  });
});

test('while the DNS does not answer, the address is what it was; of a name that is gone, there is none', async () => {
  const look = (code: string) =>
    lookUpPublicHost('a.example', settings, log, before, failing(code));
  expect(await look('EAI_AGAIN')).toEqual(before);
  expect(await look('ENOTFOUND')).toEqual({ publicAddress: null, publicAddress6: null });
});
