import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingDescriptions, settingText } from '../../source/settings/schema.ts';
import { SettingsFile } from '../../source/settings/settings-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function settingsFile(text?: string): Promise<string> {
  const file = join(await temporaryFolder(), 'settings.json');
  if (text !== undefined) await writeFile(file, text);
  return file;
}

test('without a file, every setting has its default', async () => {
  const settings = new SettingsFile(await settingsFile());
  expect(settings.values.http.port).toBe(6969);
  for (const { key, default: value } of settingDescriptions)
    expect(settings.get(key)).toEqual(value);
});

test('reading writes nothing, and what is set is all that is written, for its owner alone', async () => {
  const file = await settingsFile();
  new SettingsFile(file).get('http.port');
  expect(existsSync(file)).toBe(false);
  new SettingsFile(file).set('http.port', '7000');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ http: { port: 7000 } });
  expect(statSync(file).mode & 0o077).toBe(0);
});

test('every setting says what it means and what it takes', () => {
  for (const { meaning, allowed } of settingDescriptions) {
    expect(meaning).toMatch(/\.$/);
    expect(allowed).not.toContain('undefined');
  }
});

test('a schedule, whose lines have spaces and commas, is typed as it is shown', async () => {
  const settings = new SettingsFile(await settingsFile());
  const typed = 'sat,sun 08:00-18:00 500000; daily 23:00-06:00 0';
  settings.set('seeding.uploadSchedule', typed);
  expect(settings.values.seeding.uploadSchedule).toEqual([
    'sat,sun 08:00-18:00 500000',
    'daily 23:00-06:00 0',
  ]);
  expect(settingText(settings.get('seeding.uploadSchedule'))).toBe(typed);
  expect(settings.set('seeding.uploadSchedule', '')).toEqual([]);
});

test('what is set is there when it is opened again', async () => {
  const file = await settingsFile();
  const settings = new SettingsFile(file);
  settings.set('http.port', '0');
  settings.set('publish.trackers', 'udp://a.example:1/announce, http://b.example/announce');
  const again = new SettingsFile(file);
  expect(again.values.http.port).toBe(0);
  expect(again.values.publish.trackers).toEqual([
    'udp://a.example:1/announce',
    'http://b.example/announce',
  ]);
});

test.each([
  ['http.port', '65536', 'http.port cannot be "65536": it takes a whole number from 0 to 65535'],
  ['http.port', '', 'http.port cannot be "": it takes a whole number from 0 to 65535'],
  ['http.port', '1.5', 'http.port cannot be "1.5": it takes a whole number from 0 to 65535'],
  ['bind', 'localhost', 'bind cannot be "localhost": it takes an IPv4 address'],
  ['bind', '300.1.1.1', 'bind cannot be "300.1.1.1": it takes an IPv4 address'],
  ['bind6', 'fe80::1%lo', 'bind6 cannot be "fe80::1%lo": it takes an IPv6 address, or nothing'],
  ['http', '1', 'there is no setting http: list them with: everseed config list'],
  ['__proto__', '1', 'there is no setting __proto__: list them with: everseed config list'],
])('set %s to %j is refused and changes nothing', async (key, value, message) => {
  const file = await settingsFile('{"http":{"port":7000}}');
  const settings = new SettingsFile(file);
  const before = await readFile(file, 'utf8');
  expect(() => settings.set(key, value)).toThrow(message);
  expect(await readFile(file, 'utf8')).toBe(before);
});

test.each([
  [
    '{"http":\n  {"port": 70000}}',
    ':2: http.port cannot be 70000: it takes a whole number from 0 to 65535',
  ],
  ['{\n"http": {\n"prot": 1}}', ':3: there is no setting http.prot'],
  ['{\n\n"htp": {}}', ':3: there is no setting htp'],
  [
    '{"publish":\n{"trackers":\n["gopher://x"]}}',
    ':3: publish.trackers cannot be ["gopher://x"]: it takes a list of',
  ],
  ['{"http":\n{"port": 1,}}', ':2: not valid JSON'],
  ['[]', ':1: settings are an object'],
  ['null', ':1: settings are an object'],
  ['{\n"tracker": null}', ':2: tracker is a section: it takes an object with tracker.interval'],
  ['', ':1: not valid JSON'],
])(
  'a bad file %j is told by line, setting and what is allowed, and kept',
  async (text, message) => {
    const file = await settingsFile(text);
    expect(() => new SettingsFile(file)).toThrow(`${file}${message}`);
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);

test.each([
  ['10.0.0.0/8', true],
  ['192.0.2.1', true],
  ['192.0.2.1/32', true],
  ['2001:db8::/32', true],
  ['::1', true],
  ['::/0', true],
  ['10.0.0.0/33', false],
  ['::/129', false],
  ['10.0.0', false],
  ['999.1.1.1', false],
  ['10.0.0.0/', false],
  ['10.0.0.0/-1', false],
  ['10.0.0.0/8/8', false],
  ['fe80::1%eth0', false],
  ['example.org', false],
])('of blocks of addresses, %s is taken: %s', async (block, isTaken) => {
  const settings = new SettingsFile(await settingsFile());
  const set = () => settings.set('tracker.trustedProxies', block);
  if (isTaken) expect(set()).toEqual([block]);
  else expect(set).toThrow('it takes a list of addresses and blocks such as 10.0.0.0/8');
});
