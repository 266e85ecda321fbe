import { expect, test } from 'vitest';
import { formatFacts } from '../../source/commands/facts.ts';
import { formatTable } from '../../source/commands/table.ts';

const columns = [
  { title: 'ID', align: 'right' },
  { title: 'SIZE', align: 'right', minor: true },
  { title: 'DONE', align: 'right', minor: true },
  { title: 'NAME' },
] as const;
const rows = [
  ['1', '10 B', '3', 'short'],
  ['12', '1.5 GiB', '0', 'ファイル'],
];

test('columns are as wide as what is in them, in cells', () => {
  expect(formatTable(columns, rows)).toBe(
    ['ID     SIZE  DONE  NAME', ' 1     10 B     3  short', '12  1.5 GiB     0  ファイル', ''].join(
      '\n',
    ),
  );
});

test('where there is no room, minor columns go, the last first', () => {
  expect(formatTable(columns, rows, 22)).toBe(
    'ID     SIZE  NAME\n 1     10 B  short\n12  1.5 GiB  ファイル\n',
  );
  expect(formatTable(columns, rows, 5)).toBe('ID  NAME\n 1  short\n12  ファイル\n');
});

test('what a terminal would obey is not printed', () => {
  expect(formatTable([{ title: 'A' }], [['\u001b[2J']])).not.toContain('\u001b');
  expect(formatFacts([['a', '\u001b[2J']])).not.toContain('\u001b');
});
