const sources = {
  engine: '../engine/entry.ts',
  'dht-worker': '../engine/dht-worker.ts',
  'discovery-worker': '../engine/discovery-worker.ts',
  'hash-worker': '../metainfo/hashing/hash-worker.ts',
  'seeding-worker': '../engine/seeding-worker.ts',
  'tracker-worker': '../engine/tracker-worker.ts',
} as const;

/**
 * Where a process or worker of its own starts: the bundle's entry beside this one in dist/, or,
 * when running from source (tests), the TypeScript file, which Node runs as it is.
 */
export function entryUrl(name: keyof typeof sources): URL {
  const fromSource = import.meta.url.endsWith('.ts');
  return new URL(fromSource ? sources[name] : `./${name}.js`, import.meta.url);
}
