import { execFileSync, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeRandomFile, writeSlowFile } from '../helpers/content.ts';
import { cliFile, Everseed, isRunning } from '../helpers/everseed.ts';
import { Leecher } from '../helpers/leecher.ts';
import { canMount, createSmallDisk } from '../helpers/small-disk.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { Terminal } from '../helpers/terminal.ts';

/** The user id of a user without rights. */
const nobody = 65_534;

/** What every refusal must be: exit code 1, nothing on stdout, one line on stderr. */
async function refusal(everseed: Everseed, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await everseed.run(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^everseed: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  return stderr;
}

/** What makes something of paths; `torrent create` writes into the folder it is in. */
describe.each(['publish', 'torrent create'])('paths given to %s', (words) => {
  const maker = words.split(' ');

  test('missing, empty, a socket, a pipe, a device, a folder with nothing in it', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    const at = (name: string) => join(folder, name);
    await writeFile(at('empty'), '');
    await mkdir(at('hollow/inner'), { recursive: true });
    await writeFile(at('hollow/inner/nothing'), '');
    const server = createServer().listen(at('socket'));
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    execFileSync('mkfifo', [at('pipe')]);
    await symlink('nowhere', at('dangling'));

    const paths = ['missing', 'empty', 'hollow', 'socket', 'pipe', 'dangling'].map(at);
    for (const path of [...paths, '/dev/null']) {
      expect(await refusal(everseed, ...maker, path)).toContain(path);
    }
    expect(await everseed.list()).toEqual([]);
  });

  test('unreadable, a file in the middle of a tree', async () => {
    const home = await temporaryFolder();
    // root reads everything, so as root this runs as somebody else
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(home, nobody, nobody);
    const prefix = isRoot
      ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
      : [];
    const everseed = await Everseed.create({ home, prefix });
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const file = join(folder, 'tree', 'b', 'secret');
    for (const name of ['tree/a', 'tree/b/secret', 'tree/c']) {
      await writeRandomFile(join(folder, name), 1000);
    }
    await chmod(file, 0);
    if (isRoot) await chown(file, nobody, nobody);
    expect(await refusal(everseed, ...maker, file)).toContain(file);
    expect(await refusal(everseed, ...maker, join(folder, 'tree'))).toContain(file);
  });

  test('names that are not UTF-8 are told; with them excluded, the rest is taken', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    const tree = join(folder, 'tree');
    await writeRandomFile(join(tree, 'good'), 1000);
    await writeFile(Buffer.concat([Buffer.from(`${tree}/bad`), Buffer.from([0xff])]), 'x');
    expect(await refusal(everseed, ...maker, tree)).toContain(`${tree}/bad\ufffd`);
    const rest = [...maker, tree, '--exclude', 'bad*', ...elsewhere(maker, folder)];
    expect(await everseed.json(...rest)).toMatchObject({ files: 1, size: 1000 });
  });

  test('links in circles are left out, and it is said', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    const tree = join(folder, 'tree');
    await writeRandomFile(join(tree, 'sub/file'), 1000);
    await symlink('..', join(tree, 'sub/up'));
    await symlink('one', join(tree, 'two'));
    await symlink('two', join(tree, 'one'));
    const words = [...maker, tree, ...elsewhere(maker, folder), '--json'];
    const { code, stdout, stderr } = await everseed.run(...words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: 1, size: 1000 });
    expect(stderr).toContain('left out: sub/up (a link to a folder it is in)');
    expect(stderr).toContain('left out: one (a link that leads back to itself)');
  });

  test('given twice: it counts once', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    await writeRandomFile(file, 1000);
    const words = [...maker, file, `${folder}/./file`, ...elsewhere(maker, folder), '--json'];
    const { code, stdout, stderr } = await everseed.run(...words);
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 1 });
    expect(stderr).toBe('a path is given more than once: it counts once\n');
  });

  test.each([
    ['grows', (file: string) => appendFile(file, 'more')],
    ['has another time', (file: string) => utimes(file, 1000, 1000)],
    [
      'is a folder now',
      (file: string) =>
        truncate(file, 0)
          .then(() => rm(file))
          .then(() => mkdir(file)),
    ],
  ])(
    'a file that %s while it is hashed is told by name, and nothing is made',
    async (_, change) => {
      const everseed = await Everseed.create();
      const folder = await temporaryFolder();
      const tree = join(folder, 'tree');
      await writeRandomFile(join(tree, 'a'), 1000);
      const file = join(tree, 'moving');
      await writeSlowFile(file);
      await everseed.status();
      const words = everseed.commandLine(...maker, tree, ...elsewhere(maker, folder));
      const terminal = new Terminal(words, { columns: 200 });
      await terminal.sees(/hashing 0%.*B\/s/);
      await change(file);
      expect(await terminal.ended()).toBe(1);
      expect(terminal.text()).toContain(file);
      expect(terminal.text()).toContain('changed while it was hashed');
      expect(await everseed.list()).toEqual([]);
      expect(await readdir(folder)).toEqual(['tree']);
    },
  );
});

/** Has `torrent create` write into a folder. */
function elsewhere(maker: readonly string[], folder: string): string[] {
  return maker[0] === 'torrent' ? ['-o', `${folder}/`] : [];
}

test.skipIf(!canMount)(
  'a disk that fills while a torrent is written keeps the one that was there, and no half of another',
  async () => {
    const disk = await createSmallDisk(1024 * 1024);
    const everseed = await Everseed.create({ prefix: disk.prefix });
    const file = join(await temporaryFolder(), 'file');
    await writeRandomFile(file, 8_000_000);
    const output = join(disk.folder, 'x.torrent');
    const words = ['torrent', 'create', file, '--piece-length', '16K', '-o', output];
    expect((await everseed.run(...words)).code).toBe(0);
    const before = await everseed.json('torrent', 'show', output);
    disk.fill();
    expect(await refusal(everseed, ...words, '--force', '--comment', 'other')).toContain(
      `${output} cannot be written (ENOSPC)`,
    );
    expect(await everseed.json('torrent', 'show', output)).toEqual(before);
    const [enter = '', ...rest] = disk.prefix;
    const list = execFileSync(enter, [...rest, 'ls', disk.folder], { encoding: 'utf8' });
    expect(list.split('\n').filter(Boolean)).toEqual(['filler', 'x.torrent']);
  },
);

describe('paths', () => {
  test('one bad path among good ones: the others are published, and it is told', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    await writeRandomFile(join(folder, 'one'), 1000);
    await writeRandomFile(join(folder, 'two'), 1000);
    const paths = ['one', 'missing', 'two'].map((name) => join(folder, name));
    const { code, stdout, stderr } = await everseed.run('publish', ...paths, '--json');
    expect(code).toBe(1);
    expect(stderr).toContain(join(folder, 'missing'));
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(['one', 'two']);
  });
});

test('the same content twice is one publication, which is shown', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'same');
  await writeRandomFile(file, 1000);
  const first = await everseed.publish(file);
  const { code, stdout, stderr } = await everseed.run('publish', file, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(first);
  expect(stderr).toMatch(/^this content is already published, as 1 since .*\n$/);
  expect(await everseed.list()).toHaveLength(1);
});

test('a name for the terminal to choke on is published under it, and printed harmless', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'a\u001b[2J\nb');
  await writeRandomFile(file, 1000);
  const { name } = await everseed.publish(file);
  expect(name).toBe('a\u001b[2J\nb');
  for (const command of [['ls'], ['show', '1'], ['health'], ['pause', '1']]) {
    expect((await everseed.run(...command)).stdout).not.toContain('\u001b');
  }
});

test.each([
  ['http.port', 'http'],
  ['peer.port', 'peer'],
] as const)(
  '%s in use: it is named, with the setting, and no other port is tried',
  async (key, section) => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const everseed = await Everseed.create({ settings: { [section]: { port } } });
    const said = await refusal(everseed, 'daemon');
    expect(said).toContain(String(port));
    expect(said).toContain(key);
  },
);

test('udp.port in use is named as well', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  const { port } = socket.address();
  const everseed = await Everseed.create({ settings: { udp: { port } } });
  const said = await refusal(everseed, 'daemon');
  expect(said).toContain(String(port));
  expect(said).toContain('udp.port');
});

test('several ports in use are named at once', async () => {
  const other = await Everseed.create();
  const { http, udp, peer } = await other.status();
  const ports = { http: http.port, udp: udp.port, peer: peer.port };
  const settings = Object.fromEntries(
    Object.entries(ports).map(([section, port]) => [section, { port }]),
  );
  const said = await refusal(await Everseed.create({ settings }), 'daemon');
  for (const [section, port] of Object.entries(ports)) {
    expect(said).toContain(`${port} (${section}.port)`);
  }
});

test('a corrupt settings file: line, key, what is allowed; and it is kept', async () => {
  const everseed = await Everseed.create();
  const file = join(everseed.home, 'settings.json');
  const text = '{\n  "http": {\n    "port": "eighty"\n  }\n}';
  await writeFile(file, text);
  for (const command of [['daemon'], ['config', 'list'], ['config', 'set', 'bind', '127.0.0.1']]) {
    expect(await refusal(everseed, ...command)).toContain(
      `${file}:3: http.port cannot be "eighty": it takes a whole number from 0 to 65535`,
    );
  }
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('a catalog of a newer everseed is refused, and left as it is', async () => {
  const everseed = await Everseed.create();
  await everseed.status();
  await everseed.run('stop');
  const database = new DatabaseSync(join(everseed.home, 'catalog.sqlite'));
  database.exec('PRAGMA user_version = 1000');
  database.close();
  expect(await refusal(everseed, 'ls')).toContain('was written by a newer everseed');
});

test('a home that cannot be written is told', async () => {
  const everseed = await Everseed.create();
  await writeFile(join(everseed.home, 'file'), '');
  // below /proc no directory can be made, and Node's recursive mkdir never says so
  for (const home of [join(everseed.home, 'file', 'x'), '/proc/everseed/x']) {
    const { code, stderr } = await everseed.run('--home', home, 'daemon');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^everseed: cannot [^\n]+\n$/);
  }
});

test.skipIf(!canMount)(
  'a full disk: nothing is half-made, and it goes on when there is room',
  async () => {
    const disk = await createSmallDisk(1024 * 1024);
    const everseed = await Everseed.create({ home: disk.folder, prefix: disk.prefix });
    const folder = await temporaryFolder();
    for (const name of ['one', 'two']) await writeRandomFile(join(folder, name), 8_000_000);
    await everseed.publish(join(folder, 'one'), '--piece-length', '16K');
    disk.fill();
    const said = await refusal(everseed, 'publish', join(folder, 'two'), '--piece-length', '16K');
    expect(said).toContain('is the disk full?');
    expect((await everseed.list()).map(({ name }) => name)).toEqual(['one']);
    disk.free();
    await everseed.publish(join(folder, 'two'));
    expect(await everseed.list()).toHaveLength(2);
  },
);

test('a result that cannot be written is one line', async () => {
  const everseed = await Everseed.create();
  const words = everseed.commandLine('daemon').map((word) => `'${word}'`);
  const { status, stderr } = spawnSync('sh', ['-c', `${words.join(' ')} > /dev/full`], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^everseed: cannot write the result: [^\n]+\n$/);
});

test.each([
  [['nonsense'], "unknown command 'nonsense'"],
  [['pubish', '/x'], 'Did you mean publish?'],
  [['publish'], "missing required argument 'path'"],
  [['publish', '/x', '--piece-length', '1000'], 'power of two'],
  [['publish', '/x', '--format', 'v3'], 'Allowed choices are v1, v2, hybrid'],
  [['publish', '/x', '--tracker', 'gopher://x'], 'udp:'],
  [['ls', '--colour'], 'unknown option'],
])('the command line %j is wrong: exit code 2', async (args, message) => {
  const everseed = await Everseed.create();
  const { code, stdout, stderr } = await everseed.run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('what is not there is told by name', async () => {
  const everseed = await Everseed.create();
  for (const command of ['show', 'peers', 'health', 'pause', 'resume']) {
    expect(await refusal(everseed, command, 'x')).toContain('nothing published is called x');
  }
  expect(await refusal(everseed, 'config', 'get', 'x.y')).toContain('there is no setting x.y');
});

/**
 * What makes npm's `bencode`, and all that decodes with it, spin for ever or run out of memory;
 * among other garbage.
 */
const killers = ['d-3:', 'l-3:e', 'd99999999999:', 'i'.repeat(100_000), 'd'.repeat(100_000)];

describe('garbage at every door', () => {
  async function alive(everseed: Everseed, pid: number): Promise<void> {
    expect(isRunning(pid)).toBe(true);
    expect((await everseed.status()).pid).toBe(pid);
    const { http } = await everseed.status();
    expect((await fetch(`http://127.0.0.1:${http.port}/`)).status).toBe(200);
  }

  function throwAt(target: number | string, bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const socket = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
      // however the other side takes it is fine
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.resume();
      socket.end(bytes);
    });
  }

  test('the tracker, the site, the peer port and the control socket', {
    timeout: 60_000,
  }, async () => {
    const everseed = await Everseed.create();
    const file = join(await temporaryFolder(), 'content');
    await writeRandomFile(file, 100_000);
    const publication = await everseed.publish(file);
    const { pid, http, udp, peer } = await everseed.status();
    const udpSocket = createSocket('udp4');
    onTestFinished(() => {
      udpSocket.close();
    });
    const garbage = [...killers.map((text) => Buffer.from(text)), Buffer.alloc(70_000, 0xff)];
    for (const bytes of garbage) {
      for (const port of [http.port, peer.port]) await throwAt(port, bytes);
      await throwAt(join(everseed.home, 'engine.sock'), bytes);
      udpSocket.send(bytes.subarray(0, 1400), udp.port, '127.0.0.1');
      const head = Buffer.from(
        `GET /announce?info_hash=${bytes.toString('latin1').slice(0, 200)} HTTP/1.1\r\n\r\n`,
      );
      await throwAt(http.port, head);
    }
    await alive(everseed, pid);

    // the killer bytes inside the extension protocol, where peers are decoded
    for (const text of killers) {
      for (const extension of [0, 1, 2, 3]) {
        const leecher = new Leecher(peer.port, { infoHash: publication.infoHash });
        await leecher.handshake;
        leecher.send(20, Buffer.concat([Buffer.from([extension]), Buffer.from(text)]));
        leecher.close();
      }
    }
    const leecher = new Leecher(peer.port, { infoHash: publication.infoHash });
    onTestFinished(() => leecher.close());
    const bytes = await leecher.download(publication.size, publication.pieceLength);
    expect(bytes).toEqual(await readFile(file));
    await alive(everseed, pid);
    expect(everseed.log()).not.toContain('uncaught');
    expect(everseed.log()).not.toContain('crashed');
  });

  test('bencode from a file', async () => {
    const everseed = await Everseed.create();
    const file = join(await temporaryFolder(), 'bad.torrent');
    for (const text of killers) {
      await writeFile(file, text);
      expect(await refusal(everseed, 'torrent', 'show', file)).toContain(file);
    }
  });
});

test('started by a Node that is too old, it says so in one line', () => {
  // any Node can be told that it is another
  const pretend = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } });";
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, cliFile, 'ls'],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^everseed needs Node 24 or newer, and this is Node 20\.20\.2[^\n]*\n$/);
});
