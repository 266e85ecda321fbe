import { expect, it } from 'vitest';
import { preferencesIn } from '../../../source/ui/state/preferences.ts';
import { settings } from '../support/samples.ts';

const withValue = (key: string, value: string) =>
  settings().map((setting) => (setting.key === key ? { ...setting, value } : setting));

it('takes what the engine tells, and what it does not know as the default', () => {
  expect(preferencesIn(withValue('dashboard.theme', 'light'))).toMatchObject({ theme: 'light' });
  expect(preferencesIn(withValue('dashboard.theme', 'sepia'))).toMatchObject({ theme: 'auto' });
  expect(preferencesIn(withValue('dashboard.glyphs', 'nerd'))).toMatchObject({ glyphs: 'auto' });
});

it('knows of none where the engine has no such settings', () => {
  expect(preferencesIn([])).toBeNull();
});
