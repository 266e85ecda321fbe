import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { keysPage } from './docs/keys-page.ts';

/** Writes the parts of docs/ that are made from the source. */
await writeFile(fileURLToPath(new URL('../docs/keys.md', import.meta.url)), keysPage());
