import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { painted } from '../support/painted.ts';
import { collection, event, peer, progress } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

/*
 * Key states, cell by cell: letters, colours and weight. When a view is meant to look otherwise,
 * `vitest run test/ui/screens/snapshots.test.ts -u` draws them anew; the difference is to be read.
 */

// ages and times are told in the time of the place
process.env['TZ'] = 'UTC';

afterEach(closeScreens);

const esc = '\u001b';

/** A state, the keys that lead to it from the list, what is then on the screen, and the keys back. */
const states: readonly (readonly [name: string, keys: string, shown: string, back: string])[] = [
  ['home', '', '1/8', ''],
  ['marks', '  ', '2 selected', `${esc}g`],
  ['filter', '/arch', 'Enter keep', esc],
  ['remove', 'd', '▸ Keep it', esc],
  ['limit', 'U', 'none', esc],
  ['palette', ':cop', 'copy page', `${esc}${esc}`],
  ['help', '?', 'Keys of the list', esc],
  ['overview', '\r', 'Overview', ''],
  ['peers', '2', 'Transmission', esc],
  ['health', 'H', 'degraded', esc],
  ['log', 'L', 'event number 3', esc],
  ['tracker', 'T', 'Listens at', esc],
  ['settings', ',', '▸ publicHost', esc],
  ['hashing', 'b', 'Hashing its pieces', esc],
];

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('at %ix%i', (columns, rows) => {
  async function open(environment: NodeJS.ProcessEnv = {}) {
    const engine = new FakeEngine(collection());
    engine.peers = [peer(1), peer(2), peer(3)];
    engine.events = [event(1), event(2), event(3, { level: 'warning' })];
    engine.jobs = [progress({ job: 'theirs' })];
    const screen = new Screen(engine, { columns, rows, environment });
    await screen.untilShows('1/8');
    await screen.settle();
    return { engine, screen };
  }

  const file = (name: string) => `./snapshots/${name}-${columns}x${rows}.txt`;

  it('key states are as they were', async () => {
    const { screen } = await open();
    for (const [name, keys, shown, back] of states) {
      for (const key of keys) {
        screen.type(key);
        await screen.settle();
      }
      await screen.untilShows(columns === 40 ? shown.slice(0, 8) : shown);
      await screen.settle();
      await expect(painted(screen)).toMatchFileSnapshot(file(name));
      for (const key of back) {
        screen.type(key);
        await screen.settle();
      }
    }
  }, 60_000);

  it('so is the list under NO_COLOR, and without its engine', async () => {
    const mono = await open({ NO_COLOR: '1' });
    await expect(painted(mono.screen)).toMatchFileSnapshot(file('mono'));
    const { engine, screen } = await open();
    engine.refusal = 'The engine did not start: port 6969 is in use.';
    engine.die();
    await screen.untilShows('Trying again in 1 s');
    await screen.settle();
    await expect(painted(screen)).toMatchFileSnapshot(file('lost'));
  });
});
