import { expect, test } from 'vitest';
import { parseRoutes } from '../../../source/discovery/port-mapping/default-gateway.ts';

const head =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

test('the default route with the least metric has the router', () => {
  const table =
    'wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n' +
    'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n' +
    'eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n';
  expect(parseRoutes(head + table)).toBe('192.168.1.1');
});

test('without one there is no router', () => {
  expect(parseRoutes('')).toBeNull();
  expect(
    parseRoutes(`${head}tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n`),
  ).toBeNull();
});
