import { afterEach, expect, it } from 'vitest';
import { textWidth } from '../../../source/ui/terminal/text-width.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

function busyEngine(): FakeEngine {
  const engine = new FakeEngine(collection());
  engine.activity = { stepMs: 1000, total: [1, 2, 3, 4, 5, 6], publications: [] };
  engine.limit = { now: 900 * 1024 ** 2, usual: null, schedule: [] };
  return engine;
}

async function headerAt(columns: number, engine = busyEngine()): Promise<string> {
  const screen = new Screen(engine, { columns });
  await screen.until(() => screen.line('everseed').includes('iB/s'), 'the rate in the header');
  const header = screen.line('everseed').trimEnd();
  screen.close();
  return header;
}

it('tells at 80x24 of the engine, the rate and how it went, peers, and the port and who reaches it', async () => {
  const header = await headerAt(80);
  expect(header).toMatch(
    /^ everseed {2}● engine .*↑ [\d.]+ MiB\/s .*[▁-▇]{5,6} · \d+ peers · :6881 open/,
  );
});

it('begins the rate’s course with the first that is more than nothing', async () => {
  const engine = busyEngine();
  engine.activity = { stepMs: 1000, total: [0, 0, 0, 0, 4, 8], publications: [] };
  expect(await headerAt(120, engine)).toMatch(/MiB\/s (of \S+ \S+ )?▄▇ /);
});

it('says each thing whole or not at all, whatever the width', async () => {
  const whole = (await headerAt(160)).slice(' everseed  '.length).split(/ [·] | (?=of |[▁▂]|0)/);
  expect(whole).toHaveLength(9);
  for (let columns = 40; columns < 160; columns += 5) {
    const header = await headerAt(columns);
    expect(textWidth(header)).toBeLessThan(columns);
    const said = header.slice(' everseed  '.length).split(/ [·] | (?=of |[▁▂]|0)/);
    for (const fact of said) expect(whole).toContain(fact);
    expect(said).toContain('● engine');
    expect(said.some((fact) => fact.startsWith('↑ '))).toBe(true);
  }
});

it.each([
  ['closed', '▲ :6881 closed'],
  ['not-mapped', '▲ :6881 not mapped'],
  ['mapped', '· :6881 mapped'],
  ['unknown', '· :6881 untested'],
] as const)('warns of a port that is not reached: %s', async (state, words) => {
  const engine = busyEngine();
  engine.reachability = { state, reachedAt: null, problem: null };
  expect(await headerAt(80, engine)).toContain(words);
});
