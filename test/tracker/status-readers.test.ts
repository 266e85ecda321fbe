import { expect, onTestFinished, test } from 'vitest';
import { httpServerAt } from './black-box.ts';
import { createTestTracker } from './test-tracker.ts';

test('what asks from one of the addresses of this machine is of this machine', async () => {
  const now = () => 0;
  const faults: unknown[] = [];
  const server = httpServerAt({
    hosts: ['127.0.0.1'],
    port: 0,
    tracker: createTestTracker({ now }),
    now,
    onFault: (error) => faults.push(error),
    // it says who asks, as no other address of this machine is sure to be there
    trustedProxies: ['127.0.0.1'],
    localAddresses: ['192.0.2.2', '2001:db8::2'],
    stats: { contentType: 'text/plain', body: () => 'statistics' },
  });
  const { port } = await server.start();
  onTestFinished(() => server.stop());
  const statusFor = async (client?: string) => {
    const headers = client === undefined ? {} : { 'x-forwarded-for': client };
    return (await fetch(`http://127.0.0.1:${port}/stats`, { headers })).status;
  };
  expect(await statusFor()).toBe(200);
  expect(await statusFor('192.0.2.2')).toBe(200);
  expect(await statusFor('2001:db8::2')).toBe(200);
  // the proxy is here, and who asks it is not
  expect(await statusFor('192.0.2.3')).toBe(404);
  expect(await statusFor('192.0.2.2, 192.0.2.3')).toBe(404);
  expect(faults).toEqual([]);
});

test('what passes on requests at an address of this machine, and is no proxy of ours, is not', async () => {
  const now = () => 0;
  const server = httpServerAt({
    hosts: ['127.0.0.1'],
    port: 0,
    tracker: createTestTracker({ now }),
    now,
    onFault: () => undefined,
    localAddresses: ['127.0.0.1'],
    stats: { contentType: 'text/plain', body: () => 'statistics' },
  });
  const { port } = await server.start();
  onTestFinished(() => server.stop());
  const headers = { 'x-forwarded-for': '203.0.113.5' };
  expect((await fetch(`http://127.0.0.1:${port}/stats`, { headers })).status).toBe(404);
});
