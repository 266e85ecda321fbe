/**
 * The layers, checked: dependencies point one way, and services do not know each other.
 * What a folder may import is listed whole; anything else is an error.
 */
const mayImport = {
  bencode: [],
  catalog: [],
  client: ['control', 'thread', 'home', 'version'],
  control: [],
  disks: ['linux'],
  discovery: ['bencode'],
  engine: [
    'bencode',
    'catalog',
    'control',
    'discovery',
    'disks',
    'health',
    'home',
    'log',
    'metainfo',
    'publishing',
    'seeding',
    'settings',
    'site',
    'thread',
    'tracker',
    'version',
  ],
  commands: [
    'bencode',
    'client',
    'command-summaries',
    'control',
    'format',
    'home',
    'log',
    'metainfo',
    'settings',
    'ui',
    'version',
  ],
  format: [],
  health: ['disks'],
  linux: [],
  log: [],
  metainfo: ['bencode', 'thread', 'version'],
  publishing: ['catalog', 'metainfo', 'version'],
  seeding: ['bencode', 'disks', 'version'],
  settings: [],
  site: ['format'],
  thread: [],
  tracker: ['bencode', 'linux'],
  ui: ['client', 'command-summaries', 'control', 'format', 'version'],
};

const shared = '^source/(errors|file-identity|inode-keeping|listen-error|private-networks)\\.ts$';

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^source',
        pathNot: '\\.d\\.ts$|^source/cli\\.js$|^source/settings/when-exit\\.ts$',
      },
      to: {},
    },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      from: { path: `^source/${folder}/` },
      to: {
        path: '^source/',
        pathNot: [`^source/(${[folder, ...allowed].join('|')})(/|\\.tsx?$)`, shared],
      },
    })),
    {
      name: 'source-stands-alone',
      comment: 'Nothing the program is made of may come from tests or benchmarks.',
      severity: 'error',
      from: { path: '^source' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'ink-only-in-ui',
      severity: 'error',
      from: { path: '^source/', pathNot: '^source/ui/' },
      to: { path: 'node_modules/(ink|react)/' },
    },
    {
      name: 'torrents-of-npm-only-in-tests',
      comment: "They decode with npm's bencode, which a stranger's bytes can make spin for ever.",
      severity: 'error',
      from: { path: '^source/' },
      to: { path: 'node_modules/(bencode|create-torrent|magnet-uri|parse-torrent)/' },
    },
    {
      name: 'soak-without-vitest',
      comment: 'Hooks of tests throw where no tests are.',
      severity: 'error',
      from: { path: '^scripts/soak-' },
      to: { path: 'node_modules/vitest/', reachable: true },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
