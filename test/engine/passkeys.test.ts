import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { Passkeys } from '../../source/engine/passkeys.ts';
import type { PasskeyReport } from '../../source/tracker/passkeys.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function setUp() {
  const file = join(await temporaryFolder(), 'catalog.sqlite');
  const clock = { ms: 1_000 };
  /** As after a start: what is on disk. */
  const open = () => {
    const catalog = new Catalog(file);
    onTestFinished(() => catalog.close());
    return new Passkeys(catalog, () => clock.ms++);
  };
  return { open };
}

function reportOf(passkey: string, uploaded: number, ended = false): PasskeyReport {
  const session = { passkey, infoHash: '\xff'.repeat(20), peerId: '\0'.repeat(20) };
  return {
    added: [{ passkey, uploaded, downloaded: 1 }],
    sessions: ended ? [] : [{ ...session, uploaded, downloaded: 1, toldAt: 5 }],
    ended: ended ? [session] : [],
  };
}

test('keys are on disk when they are made, and gone when they are removed', async () => {
  const { open } = await setUp();
  const passkeys = open();
  const alice = passkeys.add('alice');
  passkeys.add('bob');
  expect(alice.passkey).toMatch(/^[0-9a-f]{32}$/);
  expect(open().list).toEqual(passkeys.list);
  expect(passkeys.list.map(({ name }) => name)).toEqual(['alice', 'bob']);
  expect(passkeys.remove('bob').name).toBe('bob');
  expect(passkeys.remove(alice.passkey).name).toBe('alice');
  expect(open().list).toEqual([]);
});

test('a name has one key, and names are names', async () => {
  const { open } = await setUp();
  const passkeys = open();
  passkeys.add('alice');
  expect(() => passkeys.add('alice')).toThrow('alice has a passkey already');
  for (const wrong of ['', ' ', 'x'.repeat(101)]) {
    expect(() => passkeys.add(wrong)).toThrow('a name has 1 to 100 characters');
  }
  expect(() => passkeys.remove('bob')).toThrow('there is no passkey of bob');
});

test('what was reported counts at once, and is on disk when it was saved', async () => {
  const { open } = await setUp();
  const passkeys = open();
  const { passkey } = passkeys.add('alice');
  passkeys.account(reportOf(passkey, 100));
  passkeys.account(reportOf(passkey, 50));
  expect(passkeys.list[0]).toMatchObject({ uploaded: 150, downloaded: 2 });
  expect(open().list[0]).toMatchObject({ uploaded: 0, downloaded: 0 });
  expect(passkeys.sessions()).toMatchObject([{ uploaded: 50 }]);
  passkeys.save();
  passkeys.save();
  expect(open().list[0]).toMatchObject({ uploaded: 150, downloaded: 2 });
  expect(open().sessions()).toEqual(passkeys.sessions());
  expect(open().sessions()).toEqual([
    {
      passkey,
      infoHash: '\xff'.repeat(20),
      peerId: '\0'.repeat(20),
      uploaded: 50,
      downloaded: 1,
      toldAt: 5,
    },
  ]);
});

test('sessions that ended are gone, also before that is on disk', async () => {
  const { open } = await setUp();
  const passkeys = open();
  const { passkey } = passkeys.add('alice');
  passkeys.account(reportOf(passkey, 100));
  passkeys.save();
  passkeys.account(reportOf(passkey, 0, true));
  expect(passkeys.sessions()).toEqual([]);
  passkeys.save();
  expect(open().sessions()).toEqual([]);
});

test('what is reported of a key that was removed is nobody’s', async () => {
  const { open } = await setUp();
  const passkeys = open();
  const { passkey } = passkeys.add('alice');
  passkeys.account(reportOf(passkey, 100));
  passkeys.remove('alice');
  passkeys.account(reportOf(passkey, 100));
  passkeys.save();
  expect(open().list).toEqual([]);
  expect(open().sessions()).toEqual([]);
});
