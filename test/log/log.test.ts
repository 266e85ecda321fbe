import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog, openLogFile } from '../../source/log/log.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('an event is one line of JSON, whatever is in it', () => {
  const lines: string[] = [];
  createLog(
    (line) => lines.push(line),
    () => 0,
  ).warning('odd\nname', { file: 'a\nb', times: 2 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    level: 'warning',
    event: 'odd\nname',
    file: 'a\nb',
    times: 2,
  });
});

test('the log file is set aside when it is large, and old ones are let go', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'engine.log');
  const megabyte = `${'x'.repeat(1024 * 1024 - 1)}\n`;
  for (let run = 0; run < 5; run++) {
    const log = openLogFile(file);
    for (let count = 0; count < 6; count++) log.write(megabyte);
    await log.close();
  }
  const log = openLogFile(file);
  log.write('the last\n');
  await log.close();
  expect((await readdir(folder)).sort()).toEqual([
    'engine.log',
    'engine.log.1',
    'engine.log.2',
    'engine.log.3',
  ]);
  expect(await readFile(file, 'utf8')).toMatch(/the last\n$/);
});
