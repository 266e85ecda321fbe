import { expect, test } from 'vitest';
import { commandsForHome } from '../../source/home.ts';

const sentence = 'choose another with: everseed config set http.port PORT';

test('commands that are advised are for the home in use', () => {
  expect(commandsForHome(sentence, { root: null })).toBe(sentence);
  expect(commandsForHome(sentence, { root: '/srv/seeds' })).toBe(
    'choose another with: everseed --home /srv/seeds config set http.port PORT',
  );
  expect(commandsForHome(sentence, { root: "/srv/ann's $& seeds" })).toBe(
    `choose another with: everseed --home '/srv/ann'\\''s $& seeds' config set http.port PORT`,
  );
});

test.each([
  [
    'stop it: everseed stop, then everseed daemon\n',
    'stop it: everseed --home /x stop, then everseed --home /x daemon\n',
  ],
  ['come back with: everseed\n', 'come back with: everseed --home /x\n'],
  ['see: everseed --home /y logs', 'see: everseed --home /y logs'],
  ['what runs: everseed 0.1.0', 'what runs: everseed 0.1.0'],
])('%j advises commands', (advice, forHome) => {
  expect(commandsForHome(advice, { root: '/x' })).toBe(forHome);
});
