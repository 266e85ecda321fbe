import { defineConfig } from 'vitest/config';

/**
 * `npm run fuzz`: the tests of everything that reads a stranger's bytes, their properties with
 * 100,000 cases each, or EVERSEED_FUZZ_CASES.
 */
export default defineConfig({
  test: {
    include: [
      'test/bencode/*.test.ts',
      'test/commands/torrent-strangers.test.ts',
      'test/control/lines.test.ts',
      'test/discovery/announce/{compact-addresses,http-protocol,udp-protocol}.test.ts',
      'test/discovery/dht/{krpc-guard,npm-bencode}.test.ts',
      'test/discovery/lsd/lsd-message.test.ts',
      'test/engine/params.test.ts',
      'test/metainfo/{edit,magnet-parse,torrent-file,v2}.test.ts',
      'test/metainfo/lint/lint.test.ts',
      'test/publishing/hash-journal.test.ts',
      'test/seeding/encryption/mse.test.ts',
      'test/seeding/listener/greeting.test.ts',
      'test/seeding/peer-client-name.test.ts',
      'test/seeding/wire/*.test.ts',
      'test/site/content-disposition.test.ts',
      'test/tracker/{client-address,connection-id,http-protocol,info-hash-list,ip-address}.test.ts',
      'test/tracker/{percent-decoding,udp-protocol,websocket-protocol}.test.ts',
      'test/tracker/http-lane/plain-request.test.ts',
    ],
    setupFiles: ['test/fuzz/setup.ts'],
    testTimeout: 0,
    reporters: ['default', './test/fuzz/cases-reporter.ts'],
  },
});
