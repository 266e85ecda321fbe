import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LiveSettings } from '../../source/engine/live-settings.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('settings of one run count instead of the file’s, also when that changes', async () => {
  const file = join(await temporaryFolder(), 'settings.json');
  await writeFile(file, '{"http":{"port":1},"tracker":{"open":false,"interval":600}}');
  const settings = new LiveSettings(file, { bind: '127.0.0.1', tracker: { open: true } });
  expect(settings.started).toMatchObject({
    bind: '127.0.0.1',
    http: { port: 1 },
    tracker: { open: true, interval: 600 },
  });
  await writeFile(file, '{"http":{"port":2},"tracker":{"open":false,"interval":900}}');
  expect(settings.reload()).toEqual(['http.port', 'tracker.interval']);
  expect(settings.current.tracker).toMatchObject({ open: true, interval: 900 });
});

test('the list says what each is, and which wait for a restart; the dashboard’s never do', async () => {
  const settings = new LiveSettings(join(await temporaryFolder(), 'settings.json'));
  settings.set('http.port', '7000');
  settings.set('dashboard.theme', 'light');
  settings.set('publish.trackers', 'http://a.example/announce');
  const listed = new Map(settings.list().map((setting) => [setting.key, setting]));
  expect(listed.get('http.port')).toMatchObject({
    value: '7000',
    default: '6969',
    allowed: 'a whole number from 0 to 65535',
    choices: [],
    isLive: false,
    afterRestart: true,
  });
  expect(listed.get('dashboard.theme')).toMatchObject({
    value: 'light',
    choices: ['auto', 'dark', 'light', 'mono'],
    afterRestart: false,
  });
  expect(listed.get('publish.trackers')).toMatchObject({
    value: 'http://a.example/announce',
    isLive: true,
    afterRestart: false,
  });
  expect(() => settings.set('http.port', 'x')).toThrow('it takes a whole number');
  expect(settings.list().find(({ key }) => key === 'http.port')?.value).toBe('7000');
});
