import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { LiveSettings } from '../../source/engine/live-settings.ts';
import { Passkeys } from '../../source/engine/passkeys.ts';
import { createLive, nothingCounted, Publications } from '../../source/engine/publications.ts';
import { Services } from '../../source/engine/services.ts';
import { findHome } from '../../source/home.ts';
import { createLog } from '../../source/log/log.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('changes do not fail while threads are gone: they are told when they are back', async () => {
  const folder = await temporaryFolder();
  const catalog = new Catalog(join(folder, 'catalog.sqlite'));
  const live = createLive(catalog.add(newPublication({ state: 'paused' })), nothingCounted);
  const passkeys = new Passkeys(catalog, Date.now);
  catalog.close();
  const logged: { event: string; what: string }[] = [];
  const nothing = () => undefined;
  // never started, as threads that have crashed
  const services = new Services({
    trackerOnly: false,
    home: findHome(folder, {}, '/'),
    settings: new LiveSettings(join(folder, 'settings.json')).started,
    publicHost: '127.0.0.1',
    publications: new Publications(nothing, Date.now),
    passkeys,
    log: createLog((line) => logged.push(JSON.parse(line))),
    onFault: nothing,
    onRestored: nothing,
    onReleased: nothing,
    onReach: nothing,
    onProblem: nothing,
    onPeers: nothing,
    now: Date.now,
  });
  await services.applyState(live);
  await services.limit(live);
  await services.limitConnections(live, 5);
  await services.setSuperSeeding(live, true);
  await services.passkeysChanged();
  await services.withdraw(live);
  // what was removed is not tracked again, whoever has just verified it
  services.verified(live);
  const told = logged.filter(({ event }) => event === 'not told').map(({ what }) => what);
  expect(new Set(told)).toEqual(
    new Set(['state', 'limit', 'super-seeding', 'passkeys', 'removal']),
  );
  await services.stop();
});
