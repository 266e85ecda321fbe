import { expect, test } from 'vitest';
import { EverseedError } from '../../source/errors.ts';
import { listenError } from '../../source/listen-error.ts';
import { hash, httpServerAt, startTracker } from './black-box.ts';
import { udpServerAt } from './udp/udp-server-at.ts';

const target = { host: '0.0.0.0', port: 69, portSetting: 'udp.port' };
const failure = (code: string) => Object.assign(new Error(code), { code });

test('each failure to listen says what is wrong and what to do', () => {
  expect(listenError(failure('EADDRINUSE'), target)).toMatchObject({
    code: 'port-in-use',
    message:
      'port 69 (udp.port) on 0.0.0.0 is used by another program: stop that program or choose another with: everseed config set udp.port PORT',
  });
  expect(listenError(failure('EACCES'), target)).toMatchObject({ code: 'port-denied' });
  expect(listenError(failure('EADDRNOTAVAIL'), target)).toMatchObject({
    code: 'address-unavailable',
    message: expect.stringContaining('everseed config set bind 0.0.0.0'),
  });
  expect(listenError(failure('EINVAL'), { ...target, host: '::ffff:1.2.3.4' })).toMatchObject({
    code: 'address-unavailable',
    message: expect.stringContaining('everseed config set bind6 ::'),
  });
  const other = failure('EMFILE');
  expect(listenError(other, target)).toBe(other);
});

test('ports that are taken, and addresses that are not ours, are told as such', async () => {
  const { tracker, httpPort, udpPort } = await startTracker();
  expect(tracker.lists(hash)).toBe(false);
  const common = { tracker, now: Date.now, onFault: () => undefined };
  const http = (host: string, port: number) => httpServerAt({ ...common, hosts: [host], port });
  const udp = (host: string, port: number) => udpServerAt({ ...common, host, port });

  const taken = http('127.0.0.1', httpPort);
  await expect(taken.start()).rejects.toMatchObject({
    code: 'port-in-use',
    message: `port ${httpPort} (http.port) on 127.0.0.1 is used by another program: stop that program or choose another with: everseed config set http.port PORT`,
  });
  await expect(taken.start()).rejects.toBeInstanceOf(EverseedError);
  await taken.stop();
  await expect(udp('127.0.0.1', udpPort).start()).rejects.toMatchObject({ code: 'port-in-use' });
  for (const server of [http('192.0.2.1', 0), udp('192.0.2.1', 0)]) {
    await expect(server.start()).rejects.toMatchObject({ code: 'address-unavailable' });
  }
});
