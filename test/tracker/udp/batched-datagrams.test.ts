import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { canMakeNamespaces, createNetworkNamespace } from '../../helpers/network-namespace.ts';
import { createTestTracker } from '../test-tracker.ts';
import { udpServerAt } from './udp-server-at.ts';

const now = () => performance.now();
const onFault = (error: unknown) => {
  throw error;
};

test.skipIf(!canMakeNamespaces)(
  '87 answers leave from the address that was asked, also where the tracker is at all of them',
  () => {
    const { prefix, address } = createNetworkNamespace();
    const inside = (...words: string[]) =>
      execFileSync(prefix[0] ?? '', [...prefix.slice(1), ...words], { encoding: 'utf8' });
    inside('ip', 'addr', 'add', '10.9.0.2/32', 'dev', 'lo');
    const program = fileURLToPath(new URL('ask-each-address.ts', import.meta.url));
    // 127.0.0.9 is not among the addresses of the machine, and yet it is one
    const asked = [address, '10.9.0.2', '127.0.0.1', '127.0.0.9'];
    const answers = JSON.parse(inside(process.execPath, program, ...asked)) as string[];
    expect(answers.slice(0, 3)).toEqual(asked.slice(0, 3));
    expect(answers).toHaveLength(4);
  },
);

test.skipIf(!canMakeNamespaces)(
  '87 also from an address that the machine was given since, and given again',
  () => {
    const { prefix, address } = createNetworkNamespace();
    const program = fileURLToPath(new URL('ask-added-address.ts', import.meta.url));
    const [command = '', ...words] = [...prefix, process.execPath, program, address, '10.9.0.3'];
    const answers = JSON.parse(execFileSync(command, words, { encoding: 'utf8' }));
    expect(answers).toEqual(['10.9.0.3', '10.9.0.3']);
  },
);

test('at all addresses it holds the port alone, and gives it back', async () => {
  const tracker = createTestTracker({ now });
  const first = udpServerAt({ host: '0.0.0.0', port: 0, tracker, now, onFault });
  const { port } = await first.start();
  onTestFinished(() => first.stop());
  const second = udpServerAt({ host: '0.0.0.0', port, tracker, now, onFault });
  await expect(second.start()).rejects.toThrow('is used by another program');
  const other = createSocket({ type: 'udp4', reuseAddr: true });
  onTestFinished(() => void other.close());
  other.bind(port, '127.0.0.1');
  const [error] = await once(other, 'error');
  expect(error).toMatchObject({ code: 'EADDRINUSE' });
  await first.stop();
  await second.start();
  await second.stop();
});
