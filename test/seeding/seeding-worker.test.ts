import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import type { SeedingEvents, SeedingService } from '../../source/engine/seeding-service.ts';
import { createPeerId } from '../../source/seeding/peer-id.ts';
import { entryUrl } from '../../source/thread/entries.ts';
import { connectThread } from '../../source/thread/rpc.ts';
import { Leecher } from './../helpers/leecher.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeTestContent } from './test-content.ts';

test('the worker seeds what is in the catalog and reports what it sent', async () => {
  const { content, files, info, root, infoHash, bytes } = writeTestContent(
    [100_000, 0, 30_000],
    32_768,
  );
  const catalogFile = join(await temporaryFolder(), 'catalog.sqlite');
  const catalog = new Catalog(catalogFile);
  onTestFinished(() => catalog.close());
  const { size, pieceLength, pieceCount } = content;
  const { id } = catalog.add(
    newPublication({
      infoHash: content.infoHash,
      path: root,
      size,
      fileCount: files.length,
      pieceLength,
      pieceCount,
      info,
      files,
    }),
  );

  const worker = new Worker(entryUrl('seeding-worker'));
  onTestFinished(async () => void (await worker.terminate()));
  const { call, on } = connectThread<SeedingService, SeedingEvents>(worker);
  const options = {
    host: '127.0.0.1',
    host6: null,
    port: 0,
    peerId: createPeerId(),
    maxConnections: 10,
    maxConnectionsPerAddress: 10,
    maxConnectionsPerPublication: 100,
    refuseUtp: false,
    encryption: 'allow' as const,
    limits: {
      uploadSlots: 4,
      choking: 'round-robin' as const,
      uploadRate: 0,
      uploadRatePerPeer: 0,
      uploadSchedule: [],
      limitLocalPeers: true,
    },
    catalogFile,
  };
  let uploaded = 0;
  on('traffic', ({ publications }) => {
    for (const { sent } of publications) uploaded += sent.payload;
  });
  await expect(call.start({ ...options, host: '192.0.2.1' })).rejects.toMatchObject({
    code: 'address-unavailable',
  });
  const { port } = await call.start(options);
  await call.seed([{ id, infoHashes: [infoHash], uploadLimit: null }]);
  const leecher = new Leecher(port, { infoHash });
  onTestFinished(() => leecher.close());
  const received = await leecher.download(content.size, content.pieceLength);
  expect(received.equals(bytes)).toBe(true);
  expect(await call.peers(id)).toMatchObject([{ uploaded: content.size, choked: false }]);
  await call.stop();
  await call.stop();
  expect(uploaded).toBe(content.size);
  await leecher.closed;
});
