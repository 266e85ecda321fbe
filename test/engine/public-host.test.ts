import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { detectPublicHost } from '../../source/engine/public-host.ts';

const interfaceOf = (address: string) => ({ family: 'IPv4', address }) as NetworkInterfaceInfo;

test.each([
  [['127.0.0.1', '10.0.0.5', '93.184.215.14'], '93.184.215.14'],
  [['127.0.0.1', '172.31.0.9'], '172.31.0.9'],
  [['127.0.0.1', '169.254.3.4', '100.64.0.1'], '100.64.0.1'],
  [['127.0.0.1'], '127.0.0.1'],
  [['172.32.0.1', '192.168.1.2'], '172.32.0.1'],
])('with %j it is %s', (addresses, host) => {
  const interfaces = { lo: undefined, eth0: addresses.map(interfaceOf) };
  expect(detectPublicHost('0.0.0.0', interfaces)).toBe(host);
});

test('where only one address is listened on, it is that one', () => {
  expect(detectPublicHost('10.1.2.3', { eth0: [interfaceOf('93.184.215.14')] })).toBe('10.1.2.3');
});
