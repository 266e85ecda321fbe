import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { keysPage } from '../../scripts/docs/keys-page.ts';

test('the reference of keys is what the command table says; npm run docs makes it', async () => {
  const page = await readFile(new URL('../../docs/keys.md', import.meta.url), 'utf8');
  expect(page).toBe(keysPage());
});
