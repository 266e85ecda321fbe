import { expect, test } from 'vitest';
import { workingDirectory } from '../../source/working-directory.ts';

const npmStart = {
  npm_lifecycle_event: 'start',
  npm_package_name: 'everseed',
  INIT_CWD: '/checkout/sub',
};

test('with npm start, paths are taken from where npm was called', () => {
  expect(workingDirectory(npmStart, '/checkout')).toBe('/checkout/sub');
});

test.each([
  ['no npm', {}],
  ['a script of another package', { ...npmStart, npm_package_name: 'other' }],
  ['another script', { ...npmStart, npm_lifecycle_event: 'test' }],
  ['an npm that does not tell', { ...npmStart, INIT_CWD: '' }],
])('%s: paths are taken from the working directory', (_, environment) => {
  expect(workingDirectory(environment, '/here')).toBe('/here');
});
