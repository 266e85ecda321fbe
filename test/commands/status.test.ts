import { expect, test } from 'vitest';
import { formatStatus } from '../../source/commands/status.ts';

const status = {
  version: '1.0.0',
  protocol: 1,
  pid: 1,
  startedAt: 0,
  home: '/srv/home',
  http: { host: '0.0.0.0', port: 6969, host6: '::' },
  udp: { host: '0.0.0.0', port: 6969, host6: '::' },
  peer: { host: '192.0.2.2', port: 6881 },
  publicHost: '192.0.2.2',
  publications: 0,
  peerPortListening: true,
  peers: 0,
  uploadRate: 0,
  uploaded: 0,
};

test('all addresses at which it listens are shown, those of IPv6 as in URLs', () => {
  const lines = formatStatus(status).split('\n');
  expect(lines).toContain('tracker, site    http://192.0.2.2:6969/ (listens on 0.0.0.0 and [::])');
  expect(lines).toContain('tracker (UDP)    0.0.0.0:6969 and [::]:6969');
  expect(lines).toContain('peers            192.0.2.2:6881');
});

test('a public host that is an IPv6 address is as in URLs', () => {
  const text = formatStatus({ ...status, publicHost: '2001:db8::1' });
  expect(text).toContain(' http://[2001:db8::1]:6969/ (');
});

test('that the DHT is off is told with why, if it should be on', () => {
  const found = { externalIpv4: null, externalIpv6: null, dht: null, portMapping: null };
  const dhtLine = (dhtProblem?: string | null) =>
    formatStatus(status, { ...found, ...(dhtProblem !== undefined && { dhtProblem }) })
      .split('\n')
      .find((line) => line.startsWith('DHT'));
  expect(dhtLine()).toMatch(/^DHT +off$/);
  expect(dhtLine(null)).toMatch(/^DHT +off$/);
  expect(dhtLine('its port is taken')).toMatch(/^DHT +off: its port is taken$/);
});
