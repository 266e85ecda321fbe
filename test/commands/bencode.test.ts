import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import defineBencode from '../../source/commands/bencode.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const bencode = 'd5:applei1e6:bananali2e3:\u00e9xee';

test('a file is decoded, and encoded again', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'in'), bencode);
  const { stdout } = await runCommand(defineBencode, folder, ['decode', 'in']);
  expect(stdout).toBe('{\n  "apple": 1,\n  "banana": [\n    2,\n    "éx"\n  ]\n}\n');
  await writeFile(join(folder, 'json'), stdout);
  expect(await runCommand(defineBencode, folder, ['encode', 'json'])).toMatchObject({
    stdout: bencode,
    error: null,
  });
});

test('without a file, standard input is', async () => {
  const run = (words: string[], input: string) =>
    runCommand(defineBencode, '/', words, { input: Buffer.from(input) });
  expect((await run(['decode', '--compact'], bencode)).stdout).toBe(
    '{"apple":1,"banana":[2,"éx"]}\n',
  );
  expect((await run(['encode'], '["a", {"$hex": "00"}]')).stdout).toBe('l1:a1:\0e');
  expect((await run(['decode', '--tolerant', '--compact'], 'd1:bi1e1:ai2ee')).stdout).toBe(
    '{"b":1,"a":2}\n',
  );
});

test.each([
  [['decode'], 'd-3:', 'standard input is not bencode: a key that is not a string at byte 1'],
  [['decode'], 'd1:bi1e1:ai2ee', 'not sorted at byte 7'],
  [['encode'], '{', 'is not JSON of bencode'],
  [['encode'], 'null', 'bencode has no null'],
  [['decode', 'nowhere'], '', '/nowhere cannot be read (ENOENT)'],
])('%s of %j fails in a sentence', async (words, input, message) => {
  const { error } = await runCommand(defineBencode, '/', words, { input: Buffer.from(input) });
  expect(error?.message).toContain(message);
});
