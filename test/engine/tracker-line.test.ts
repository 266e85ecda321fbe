import { expect, test } from 'vitest';
import { trackerLine } from '../../source/engine/tracker-line.ts';

test.each([
  ['t.example.org', 'tracks at http://t.example.org:1/announce and udp://t.example.org:2'],
  ['2001:db8::1', 'tracks at http://[2001:db8::1]:1/announce and udp://[2001:db8::1]:2'],
])('a tracker at %s says so', (publicHost, line) => {
  const http = { host: '0.0.0.0', port: 1 };
  expect(trackerLine({ publicHost, http, udp: { ...http, port: 2 } })).toBe(line);
});
