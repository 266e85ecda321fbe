import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EverseedError } from '../../../source/errors.ts';
import { formFields, moreFields } from '../../../source/ui/state/form-fields.ts';
import { browsedFolder } from '../support/browsed-folder.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { progress } from '../support/samples.ts';
import type { Screen } from '../support/screen.ts';

const { path, open } = browsedFolder();

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('publishing at %ix%i', (columns, rows) => {
  it('takes four keys from nothing to live', async () => {
    const engine = new FakeEngine();
    const screen = open(engine, { columns, rows });
    await screen.untilShows('Press p to publish');
    screen.type('p');
    await screen.untilShows('photos/', 'debian.iso', '2.0 KiB');
    screen.type('\u001b[B');
    await screen.untilShows('▸ debian.iso');
    screen.type('\r');
    await screen.untilShows('631 MiB in 1 file', '2524 of 256 KiB, v1', 'debian.iso');
    screen.type('\r');
    await screen.untilShows('Publishing debian.iso');
    expect(engine.requestsOf('publish')).toMatchObject([{ path: path('debian.iso'), options: {} }]);
    engine.finishPublish();
    await screen.untilShows('✓ Live: debian.iso', 'magnet:?xt=', 'http://seed', 'y Magnet');
    screen.type('\r');
    await screen.untilShows('Health');
  });
});

describe('choosing', () => {
  it('walks through folders, and publishes one as a whole', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('▸ photos/');
    screen.type('\r');
    await screen.untilShows('▸ summer/', 'Space choose');
    screen.type('\u001b[D');
    await screen.untilShows('▸ photos/');
    screen.type(' ');
    await screen.untilShows('1 chosen.', 'Enter publish chosen', '[×] photos/');
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toEqual([{ path: path('photos'), options: {} }]);
  });

  it('shows hidden files on demand', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    expect(screen.text()).not.toContain('.hidden');
    screen.type('.');
    await screen.untilShows('.hidden');
  });

  it('narrows down by typing, and Esc clears before it goes back', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('photos/');
    screen.type('iso');
    await screen.untilGone('photos/');
    screen.type('\u001b');
    await screen.untilShows('photos/');
    screen.type('\u001b');
    await screen.untilShows('Nothing is published yet');
  });

  it('completes a typed path', async () => {
    const engine = new FakeEngine();
    const screen = open(engine, { columns: 120 });
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('\t');
    await screen.untilShows('Tab completes');
    screen.type('ph');
    await screen.untilGone('debian.iso');
    screen.type('\t');
    await screen.untilShows('photos/', 'summer/');
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toEqual([{ path: path('photos'), options: {} }]);
  });

  it('takes a pasted path', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.paste(`'${path()}/debian.iso'\n`);
    await screen.untilShows('Enter publish it');
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toMatchObject([{ path: path('debian.iso') }]);
  });

  it('begins in a folder that there is, after a path was mistyped', async () => {
    const engine = new FakeEngine();
    engine.pathRefusal = 'There is nothing there.';
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.paste(`${path()}/misst/yped/x`);
    await screen.untilShows('Enter publish it');
    screen.type('\r');
    await screen.untilShows('There is nothing there.');
    screen.type('\u001b');
    await screen.untilShows('debian.iso');
    screen.type('\u001b');
    await screen.untilShows('Press p to publish');
    screen.type('p');
    await screen.untilShows('photos/', 'debian.iso');
  });

  it('shows why a path is refused and goes back', async () => {
    const engine = new FakeEngine();
    engine.pathRefusal = 'debian.iso cannot be read: permission denied.';
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('× debian.iso cannot be read: permission denied.');
    screen.type('\r');
    screen.type('\u001b');
    await screen.untilShows('Only: deb');
    expect(engine.started).toEqual([]);
  });
});

describe('the form', () => {
  it('publishes with what was changed', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('Enter publishes it.');
    screen.type('!\tnice words\t ');
    await screen.untilShows('debian.iso!', 'nice words', '[yes]');
    screen.type('\r');
    await screen.until(() => engine.started.length === 1, 'the job');
    expect(engine.started[0]?.params.options).toEqual({
      name: 'debian.iso!',
      comment: 'nice words',
      private: true,
    });
  });

  it.each([
    [80, 24],
    [120, 40],
  ])('explains each field at %ix%i, and names what else there is', async (columns, rows) => {
    const screen = open(new FakeEngine(), { columns, rows });
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('Enter publishes it.', `${moreFields.length} other choices`);
    for (const { label, explanation } of formFields(1, false)) {
      const lines = screen.stdout.lines();
      const at = lines.findIndex((line) => line.slice(3).startsWith(`${label} `));
      const below = lines.slice(at + 1, at + 3).map((line) => line.trim());
      expect(below.join(' ')).toContain(explanation);
    }
    if (rows === 40) await screen.untilShows('First seed, Piece size, Pieces, Web seeds');
  });

  it('says what is left out before it is', async () => {
    const engine = new FakeEngine();
    engine.leftOut = [{ path: 'a/fifo', reason: 'not a file' }];
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('Left out    a/fifo (not a file)');
  });

  it('publishes with type-ahead, once the preview is there', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r\r');
    await screen.until(() => engine.started.length === 1, 'the job');
  });
});

describe('the form over the loss of the engine', () => {
  it('asks the next one what it would make of the path', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    const release = engine.hold('preview');
    screen.type('deb\r');
    await screen.until(() => engine.requestsOf('preview').length === 1, 'the request');
    engine.die();
    await screen.untilShows('Trying again in 1 s');
    release();
    screen.clock.advance(1000);
    await screen.untilShows('Enter publishes it.');
    expect(screen.text()).not.toContain('The engine is gone');
    expect(engine.requestsOf('preview')).toHaveLength(2);
  });
});

describe.each([
  [40, 10],
  [80, 24],
])('everything else in the form at %ix%i', (columns, rows) => {
  async function openMore(engine: FakeEngine): Promise<Screen> {
    const screen = open(engine, { columns, rows });
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('2524 of 256 KiB');
    screen.type('\u001b[Z');
    await screen.untilShows('▸  More');
    screen.type('\r');
    await screen.untilShows(`▸  ${moreFields[0]?.label}`);
    return screen;
  }

  it('comes into view, field by field, each explained', async () => {
    const screen = await openMore(new FakeEngine());
    for (const { label, explanation } of moreFields) {
      await screen.untilShows(`▸  ${label}`);
      const shown = screen.text().replace(/\s+/g, ' ');
      expect(shown).toContain(explanation);
      screen.type('\t');
    }
    await screen.untilShows('▸  Name');
  });

  it('is checked as it is typed, by the engine too', async () => {
    const engine = new FakeEngine();
    const screen = await openMore(engine);
    screen.type('\t');
    await screen.untilShows('▸  Piece size');
    screen.type('1x');
    await screen.untilShows('× It must be a size');
    expect(screen.text()).not.toMatch(/Enter +publish/);
    screen.type('\t\r');
    await screen.until((text) => text.split('× It must be a size').length === 3, 'it, twice');
    expect(screen.text()).toContain('▸× Piece size');
    expect(engine.started).toHaveLength(0);
    screen.clock.advance(6000);
    screen.type('\u007fM');
    await screen.untilGone('It must be');
    engine.pathRefusal = 'the piece length 1 is not a power of two';
    screen.clock.advance(300);
    await screen.untilShows('× the piece length 1');
    engine.pathRefusal = null;
    screen.type('\u007fK');
    await screen.untilShows('Piece size  1K');
    screen.clock.advance(300);
    const wanted = { path: path('debian.iso'), options: { pieceLength: 1024 } };
    await screen.until(() => engine.requestsOf('preview').length > 2, 'the preview');
    expect(engine.requestsOf('preview').at(-1)).toEqual(wanted);
  });
});

describe('publishing several', () => {
  it('makes a publication of each', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('▸ photos/');
    screen.type('  ');
    await screen.untilShows('2 chosen.', '[×] photos/', '[×] debian.iso');
    screen.type('\r');
    await screen.untilShows(
      'Publish 2, each for itself',
      'photos, debian.iso',
      '1.2 GiB in 2 files',
    );
    screen.type('\r');
    await screen.untilShows('Publishing photos');
    expect(engine.requestsOf('publish')).toMatchObject([
      { path: path('photos'), options: {} },
      { path: path('debian.iso'), options: {} },
    ]);
    for (const { params } of engine.started) {
      engine.progress(progress({ job: params.job, path: params.path }));
    }
    screen.clock.advance(1000);
    await screen.untilShows('(1 of 2)');
    screen.type('\t');
    await screen.untilShows('Publishing debian.iso', '(2 of 2)');
  });

  it('is given up by Esc', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('▸ photos/');
    screen.type(' ');
    await screen.untilShows('1 chosen.');
    screen.type('\u001b');
    await screen.untilGone('chosen.');
    expect(screen.text()).toContain('debian.iso');
  });
});

describe('adopting', () => {
  it('from the palette asks for a torrent, in folders that are entered too', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type(':adopt');
    await screen.untilShows('▸ adopt');
    screen.type('\r');
    await screen.untilShows('Adopt: which .torrent?', 'Choose a .torrent.', 'photos/');
    screen.type('\r');
    await screen.untilShows('summer/', 'Choose a .torrent.');
    screen.type('\u001b');
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('Publish: what?', 'summer/');
  });

  it.each([
    [40, 10],
    [80, 24],
  ])('seeds what a torrent is of, at %ix%i', async (columns, rows) => {
    await writeFile(path('theirs.torrent'), '');
    const engine = new FakeEngine();
    const screen = open(engine, { columns, rows });
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('theirs.torrent');
    screen.type('theirs');
    await screen.untilShows('▸ theirs.torrent');
    screen.type('\r');
    await screen.untilShows('Adopt', 'theirs.torrent', '▸  Data', 'if it is whole.');
    screen.type('pho\t');
    await screen.untilShows('/photos/');
    screen.type('\r');
    await screen.untilShows('Adopting theirs.torrent');
    const data = path('photos');
    expect(engine.requestsOf('adopt')).toMatchObject([{ torrent: path('theirs.torrent'), data }]);
    const job = engine.started[0]?.params.job ?? '';
    engine.progress(progress({ job, path: data, phase: 'verifying' }));
    await screen.untilShows('Comparing it with its torrent', '53 %');
    engine.started[0]?.fail(new EverseedError('content-not-whole', 'a.bin is short'));
    await screen.untilShows('× Not published: theirs.torrent', 'a.bin is short');
    screen.type('\r');
    await screen.untilShows('▸  Data');
    screen.type('\r');
    await screen.untilShows('Adopting theirs.torrent');
    engine.finishPublish();
    await screen.untilShows('Live:');
  });
});

it('shows what the path of a torrent’s data could become, as far as it is typed', async () => {
  await writeFile(path('theirs.torrent'), '');
  const screen = open(new FakeEngine());
  await screen.untilShows('p publish');
  screen.type('p');
  await screen.untilShows('theirs.torrent');
  screen.type('theirs');
  await screen.untilShows('▸ theirs.torrent');
  screen.type('\r');
  await screen.untilShows('▸  Data', ' photos/', ' theirs.torrent ');
  screen.type('pho');
  await screen.untilGone(' theirs.torrent ');
  screen.type('\t');
  // what is in there
  await screen.untilGone(' photos/ ');
});
