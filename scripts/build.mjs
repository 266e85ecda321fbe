/**
 * Bundles the program into dist/: the door (cli.js), the program behind it, the engine, and each
 * worker thread as an entry of its own. Dependencies are bundled in, so that what is installed is
 * exactly what was tested. `splitting` keeps Ink in the dashboard's chunks, away from the commands.
 */
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);

await rm(dist, { recursive: true, force: true });

const result = await build({
  absWorkingDir: root.pathname,
  entryPoints: {
    main: 'source/main.ts',
    engine: 'source/engine/entry.ts',
    'dht-worker': 'source/engine/dht-worker.ts',
    'discovery-worker': 'source/engine/discovery-worker.ts',
    'hash-worker': 'source/metainfo/hashing/hash-worker.ts',
    'seeding-worker': 'source/engine/seeding-worker.ts',
    'tracker-worker': 'source/engine/tracker-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // some packages' CommonJS cannot be bundled, while their ES modules can
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  // Ink asks for this only under DEV=true.
  external: ['react-devtools-core'],
  plugins: [{ name: 'one string-width', setup: measureTextOurWay }],
  define: { 'process.env.NODE_ENV': '"production"' },
  // CommonJS dependencies call require() for Node's own modules.
  banner: {
    js: "import { createRequire as everseedCreateRequire } from 'node:module';\nconst require = everseedCreateRequire(import.meta.url);",
  },
  // npm's bencode hangs on some bytes of strangers
  alias: {
    bencode: './source/discovery/dht/npm-bencode.ts',
    // conf's sends every signal a second time, whoever takes care of it: the second one ends us
    'when-exit': './source/settings/when-exit.ts',
  },
  logLevel: 'warning',
});

if (Object.keys(result.metafile.inputs).some((input) => /node_modules\/bencode\//.test(input))) {
  throw new Error("npm's bencode got into the bundle");
}

await writeFile(new URL('cli.js', dist), await readFile(new URL('source/cli.js', root)));
await chmod(new URL('cli.js', dist), 0o755);
await writeFile(new URL('THIRD-PARTY-LICENSES.txt', dist), await licensesOf(result.metafile));

/** Has Ink, too, measure text by what the dashboard measures it by, which answers sooner. */
function measureTextOurWay({ onResolve }) {
  const ours = new URL('source/ui/terminal/string-width.ts', root).pathname;
  onResolve({ filter: /^string-width$/ }, ({ importer }) =>
    importer === ours ? undefined : { path: ours },
  );
}

/** The licence text of every package whose code is in the bundle, as their licences ask. */
async function licensesOf(metafile) {
  const packages = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.add(match[1]);
  }
  const texts = [];
  for (const folder of [...packages].sort()) {
    const manifest = JSON.parse(await readFile(new URL(`${folder}/package.json`, root), 'utf8'));
    const license = await licenseFile(folder);
    texts.push(`${manifest.name} ${manifest.version} (${manifest.license})\n\n${license}`);
  }
  return `${texts.join(`\n${'-'.repeat(80)}\n`)}\n`;
}

async function licenseFile(folder) {
  for (const name of ['LICENSE', 'license', 'LICENSE.md', 'license.md', 'LICENSE.txt', 'LICENCE']) {
    try {
      return (await readFile(new URL(`${folder}/${name}`, root), 'utf8')).trim();
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return '(the package carries no licence file of its own)';
}
