import { expect, test } from 'vitest';
import { type Encodable, encode } from '../../../source/bencode/encode.ts';
import { lint } from '../../../source/metainfo/lint/lint.ts';
import { surveyTorrent } from '../../../source/metainfo/survey.ts';

const infoOf = (files: readonly Encodable[]) => ({
  files,
  name: 'folder',
  'piece length': 16384,
  pieces: new Uint8Array(20),
});

/** Far more than it takes on a busy machine, far less than anything quadratic would. */
const limitMs = 20_000;

test('a path of a million components is judged in time, and told in short', {
  timeout: limitMs,
}, () => {
  const path = new Array<string>(1_000_000).fill('a');
  const findings = lint(surveyTorrent(encode({ info: infoOf([{ length: 1, path }]) })));
  expect(findings[0]).toMatchObject({ severity: 'error', rule: 'invalid' });
  expect(JSON.stringify(findings).length).toBeLessThan(2000);
});

test('a hundred thousand colliding paths are judged in time', { timeout: limitMs }, () => {
  const files = Array.from({ length: 100_000 }, (_, index) => ({
    length: 0,
    path: ['A', 'a'.repeat(1 + (index % 7)), index % 2 ? 'x' : 'X', 'con'],
  }));
  const findings = lint(surveyTorrent(encode({ info: infoOf(files) })));
  expect(findings.length).toBeLessThan(60);
});
