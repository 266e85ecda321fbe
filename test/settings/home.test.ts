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
