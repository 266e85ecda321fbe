import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { localAddresses, watchLocalAddresses } from '../../source/tracker/local-addresses.ts';
import { addressOf } from './test-tracker.ts';

const lan: NetworkInterfaceInfo = {
  address: '192.168.1.10',
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: '192.168.1.10/24',
};
const v6: NetworkInterfaceInfo = {
  ...lan,
  address: 'fe80::1',
  netmask: 'ffff:ffff:ffff:ffff::',
  family: 'IPv6',
  scopeid: 1,
};

test('the addresses of the interfaces', () => {
  expect(localAddresses({ eth0: [v6, lan], gone: undefined })).toEqual([
    {
      address: addressOf('fe80::1'),
      netmask: addressOf('ffff:ffff:ffff:ffff::'),
      internal: false,
    },
    { address: addressOf('192.168.1.10'), netmask: addressOf('255.255.255.0'), internal: false },
  ]);
});

test('they are asked for again when they are old', () => {
  const clock = { ms: 0 };
  let interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = {};
  const current = watchLocalAddresses(
    () => interfaces,
    () => clock.ms,
    1_000,
  );
  interfaces = { eth0: [lan] };
  clock.ms = 1_000;
  expect(current()).toHaveLength(0);
  clock.ms = 1_001;
  expect(current()).toHaveLength(1);
});
