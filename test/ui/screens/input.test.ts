import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

/*
 * What reaches the dashboard through its terminal: whole reads of keys, pastes with brackets and
 * without, and keys that look like others.
 */

afterEach(closeScreens);

async function openList(engine: FakeEngine, options = {}): Promise<Screen> {
  const screen = new Screen(engine, options);
  await screen.untilShows('1/8');
  await screen.settle();
  return screen;
}

const made = (engine: FakeEngine) => engine.requests.map(({ method }) => method);

describe('type-ahead in one read', () => {
  it('runs a command of the palette', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type(':copy magnet\r');
    await screen.until(() => screen.copied().length === 1, 'the copy');
    expect(screen.copied()[0]).toContain('magnet:?xt=urn:btih:');
  });

  it('publishes a file once it is listed', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'everseed-input-'));
    onTestFinished(() => rm(cwd, { recursive: true }));
    await writeFile(join(cwd, 'nordlicht.iso'), 'x');
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { cwd });
    // the folder is read meanwhile
    screen.type('pnordlicht');
    await screen.untilShows('▸ nordlicht.iso');
    screen.type('\r\r');
    await screen.until(() => engine.started.length === 1, 'the job');
    expect(engine.started[0]?.params.path).toBe(join(cwd, 'nordlicht.iso'));
  });

  it('is typed into the limit that one of its keys has opened', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('U500K\r');
    await screen.untilShows('✓ At most 500');
    expect(engine.requestsOf('limit')).toMatchObject([{ uploadLimit: 512_000 }]);
    expect(screen.text()).toContain('1/8');
  });

  it('does not answer a question that one of its keys has raised', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('jd\t\r');
    await screen.untilShows('Remove archlinux', '▸ Keep it');
    await screen.settle();
    expect(made(engine)).toEqual(['subscribe']);
    screen.clock.advance(100);
    screen.type('\t');
    await screen.untilShows('▸ Remove it');
  });
});

describe('Esc and a key within one read', () => {
  it('are two in the list', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('/arch\r');
    await screen.untilShows('filter arch');
    screen.type('\u001bj');
    await screen.untilShows('/8');
    expect(screen.text()).not.toContain('filter arch');
  });

  it('are two in a field: it is left, and the key is one of the list', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('/');
    await screen.untilShows('Enter keep');
    screen.type('\u001bj');
    await screen.untilShows('2/8', 'q detach');
  });

  it('are two in the palette, and in a dialog', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type(':');
    await screen.untilShows('Command');
    screen.type('\u001bj');
    await screen.untilShows('2/8', 'q detach');
    screen.type('U');
    await screen.untilShows('Upload limit of archlinux');
    screen.type('\u001bj');
    await screen.untilShows('3/8', 'q detach');
  });

  it('stay Alt and the key where that moves the caret', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('/arch linux');
    await screen.untilShows('/ arch linux');
    screen.type('\u001bbX');
    await screen.untilShows('/ arch Xlinux');
  });

  it('Esc twice is twice: the filter, and then the marks', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type(' /arch\r');
    await screen.untilShows('filter arch', '1 selected (1 not shown)');
    screen.type('\u001b\u001b');
    await screen.untilGone('filter arch', 'selected');
  });
});

describe('pastes', () => {
  const text = 'pause d everything that there is, z and then some\rnow';

  it('are not run as keys', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.paste('d\u001b[C\rq  pp');
    await screen.untilShows('Nothing here takes a paste');
    expect(engine.requestsOf('remove')).toEqual([]);
    expect(screen.text()).toContain('1/8');
  });

  it('are not run by what they sneak out of their brackets', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.paste('harmless\u001b[201~ d\u001b[C\rq');
    await screen.untilShows('Nothing here takes a paste');
    await screen.settle();
    expect(made(engine)).toEqual(['subscribe']);
    expect(screen.text()).toContain('1/8');
    screen.type('j');
    await screen.untilShows('2/8');
  });

  it('without brackets are told by their length', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type(text);
    await screen.untilShows('Nothing here takes a paste');
    expect(made(engine)).toEqual(['subscribe']);
  });

  it('are no longer guessed at where brackets were seen to work', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.paste('anything');
    await screen.untilShows('Nothing here takes a paste');
    screen.type(':sort\r:reverse sort\r:mark all\r:invert marks\r');
    await screen.untilShows('by name ↓');
    expect(screen.text()).not.toContain('selected');
  });

  it('without brackets, short or in many reads, remove and delete and stop nothing', async () => {
    for (const hostile of ['d\t\r', 'jdl\r', ':stop\r\t\r', 'd\u001b[C\r', '  d\t\r']) {
      const engine = new FakeEngine(collection());
      const screen = await openList(engine);
      screen.type(hostile);
      await screen.untilShows('▸ Keep');
      // what did not fit into the first read
      if (hostile.length > 4) screen.type('\t\r\t\r');
      await screen.settle();
      expect(made(engine).filter((method) => method !== 'subscribe')).toEqual([]);
      screen.close();
    }
  });

  it('go into a field as one line', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('/');
    await screen.untilShows('Enter keep');
    screen.paste('deb\r\nq');
    await screen.untilShows('/ deb q');
  });
});

describe('dialogs open at once', () => {
  it('before the engine has told what is filled in', async () => {
    const engine = new FakeEngine(collection());
    engine.limits = new Map([[1, 2048]]);
    const screen = await openList(engine);
    const answer = engine.answer.bind(engine);
    const held = Promise.withResolvers<void>();
    engine.answer = async (method, params) => {
      if (method === 'show') await held.promise;
      return answer(method, params);
    };
    screen.type('U');
    await screen.untilShows('Upload limit of debian');
    screen.type('3M');
    await screen.untilShows(' 3M');
    held.resolve();
    await screen.settle();
    // what was typed is not written over
    expect(screen.text()).toContain(' 3M');
    screen.type('\u001b');
    await screen.untilGone('Upload limit');
  });

  it('and no data is deleted before it is said where it is', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    const answer = engine.answer.bind(engine);
    const held = Promise.withResolvers<void>();
    engine.answer = async (method, params) => {
      if (method === 'show') await held.promise;
      return answer(method, params);
    };
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\t');
    await screen.untilShows('▸ Delete its data too');
    screen.type('\r');
    await screen.untilShows('type the name');
    screen.type('debian-12.7.0-amd64-netinst.iso');
    await screen.untilShows(' debian-12.7.0-amd64-netinst.iso');
    screen.type('\r');
    await screen.untilShows('Where its data is has not come yet.');
    held.resolve();
    await screen.untilShows('at /srv/debian-12.7.0');
    expect(engine.requestsOf('remove')).toEqual([]);
  });

  it('a QR code from the list too', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns: 120, rows: 60 });
    screen.type('c');
    await screen.untilShows('page URL', 'y copy', 'Y text');
    screen.type('\u001b');
    await screen.untilShows('q detach');
  });
});
