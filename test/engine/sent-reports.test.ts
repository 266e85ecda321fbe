import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { sentByDay } from '../../source/engine/sent-reports.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('what was sent is told of 31 days, today among them', async () => {
  const catalog = new Catalog(join(await temporaryFolder(), 'catalog.sqlite'));
  onTestFinished(() => catalog.close());
  const { id } = catalog.add(newPublication());
  for (let day = 1; day <= 59; day++) {
    const sent = { id, payload: day, protocol: 1, peers: [], lastUploadAt: null, completed: null };
    catalog.addToTotals([sent], Date.UTC(2026, 0, day, 23));
  }
  const days = sentByDay(catalog, id, Date.UTC(2026, 0, 59));
  expect(days).toHaveLength(31);
  expect([days[0], days.at(-1)]).toEqual([
    { day: '2026-01-29', payload: 29, protocol: 1 },
    { day: '2026-02-28', payload: 59, protocol: 1 },
  ]);
});
