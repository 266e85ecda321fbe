import { expect, test } from 'vitest';
import { Everseed } from '../helpers/everseed.ts';

test.each([[['--up', '1M']], [['1', '--overall', '--up', '1M']]])(
  '%j does not say which is limited',
  async (words) => {
    const everseed = await Everseed.create();
    const { code, stderr } = await everseed.run('limit', ...words);
    expect(code).toBe(2);
    expect(stderr).toBe('everseed: name publications, or say --overall\n');
  },
);

test.each(['0', '-1', 'fast', ''])(
  '--up %j is refused, and no engine started for it',
  async (up) => {
    const everseed = await Everseed.create();
    const { code, stderr } = await everseed.run('limit', '1', '--up', up);
    expect(code).toBe(2);
    expect(stderr).toContain('It must be a rate such as 500K or 2M, or none.');
  },
);

test.each([
  [['1'], 'everseed: say what is limited by --up, --connections or both\n'],
  [['--overall', '--connections', '5'], 'everseed: say what is limited by --up\n'],
])('%j does not say what is limited', async (words, sentence) => {
  const everseed = await Everseed.create();
  const { code, stderr } = await everseed.run('limit', ...words);
  expect({ code, stderr }).toEqual({ code: 2, stderr: sentence });
});
