/**
 * soak-seeding.ts [MINUTES]: the soak of the seeder that the tests run for a minute, 30 minutes
 * unless told otherwise: real clients come and go beside a peer that misbehaves. Prints the engine's
 * memory every half minute.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const minutes = process.argv[2] ?? '30';
const vitest = spawn(
  'vitest',
  ['run', 'test/interop/soak.test.ts', '--disable-console-intercept'],
  {
    env: { ...process.env, EVERSEED_SOAK_MINUTES: minutes },
    stdio: 'inherit',
  },
);
const [code] = await once(vitest, 'exit');
process.exitCode = code ?? 1;
