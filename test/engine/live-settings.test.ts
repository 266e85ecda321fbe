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
