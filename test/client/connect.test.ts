import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectIfRunning } from '../../source/client/connect.ts';
import { errorCodes } from '../../source/control/protocol.ts';
import {
  ControlServer,
  RequestError,
  type RequestHandler,
} from '../../source/engine/control-server.ts';
import { findHome } from '../../source/home.ts';
import { createLog } from '../../source/log/log.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function connectTo(handler: RequestHandler) {
  const home = findHome(await temporaryFolder(), {}, '/');
  const server = new ControlServer(
    home.socketFile,
    handler,
    createLog(() => undefined),
  );
  await server.start();
  onTestFinished(() => server.stop());
  const engine = await connectIfRunning(home);
  if (!engine) throw new Error('it runs');
  onTestFinished(() => engine.close());
  return engine;
}

test('an engine that has no such request is older: what to do is said', async () => {
  const engine = await connectTo(async (method) => {
    if (method === 'hello') return { protocol: 1, version: '0.0.1' };
    throw new RequestError(errorCodes.unknownMethod, `there is no request ${method}`);
  });
  await expect(engine.request('status', {})).rejects.toMatchObject({
    code: 'engine-older',
    message: expect.stringMatching(/^the engine that runs, everseed 0\.0\.1, .*everseed stop/),
  });
});

test('what fails in the engine says where to see why', async () => {
  const engine = await connectTo(async (method) => {
    if (method === 'hello') return { protocol: 1, version: '0.0.1' };
    throw new TypeError('x is undefined');
  });
  await expect(engine.request('status', {})).rejects.toMatchObject({
    code: 'engine-fault',
    message: 'the engine failed: x is undefined; see why with: everseed logs',
  });
});

test('no engine, no connection', async () => {
  const folder = await temporaryFolder();
  expect(await connectIfRunning(findHome(folder, {}, '/'))).toBeNull();
  expect(await connectIfRunning(findHome(join(folder, 'x'.repeat(120)), {}, '/'))).toBeNull();
});
