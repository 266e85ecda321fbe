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
      'test/engine/params.test.ts',
      'test/metainfo/{edit,magnet-parse,torrent-file,v2}.test.ts',
      'test/metainfo/lint/lint.test.ts',
      'test/seeding/peer-client-name.test.ts',
      'test/seeding/wire/*.test.ts',
      'test/site/content-disposition.test.ts',
      'test/tracker/{connection-id,http-protocol,percent-decoding,udp-protocol}.test.ts',
    ],
    setupFiles: ['test/fuzz/setup.ts'],
    testTimeout: 0,
    reporters: ['default', './test/fuzz/cases-reporter.ts'],
  },
});
