import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The layers of tests, and where they are. */
const layers = {
  /** Pure: no terminal. */
  pure: ['ui/keys', 'ui/state', 'ui/theme', 'ui/terminal', 'ui/components', 'docs'],
  /** The mounted dashboard, a terminal emulator, an engine in memory. */
  screens: ['ui/screens'],
  /** The built program with its engine in a pseudo-terminal. */
  program: ['e2e'],
} as const;

type Layer = keyof typeof layers;

/** What the dashboard is held to, and the layers that show it truly. */
const behaviours: readonly (readonly [words: string, ...Layer[]])[] = [
  ['a useful frame at once, what is known on attach, then live', 'program'],
  ['the list is home and has the rows; the rest opens from it', 'program'],
  ['the bar has the keys that are valid; others say why not', 'screens', 'program'],
  ['? lists the keys, narrowed down by typing, and runs one', 'screens', 'program'],
  [': finds every action, with its key, by the names of the command line', 'pure', 'program'],
  ['/ filters live, with a count; Esc clears it first', 'screens', 'program'],
  ['the cursor is bound to a publication, not to a row', 'screens', 'program'],
  ['sorted rows do not shuffle; the order can be held', 'screens', 'program'],
  ['the place among all, and which part is in view', 'screens', 'program'],
  ['letters, arrows, pages and ends, in bursts too', 'program'],
  ['marks, ranges, all, the others', 'program'],
  ['keys act on marks, else on the cursor, and say which', 'screens', 'program'],
  ['what destroys asks, and stands on no; data for its typed name', 'screens', 'program'],
  ['removals, pauses and limits are taken back, with the time left in view', 'screens', 'program'],
  ['what happened and who asked; errors stay until read', 'screens', 'program'],
  ['a key is seen to be heard at once; failure says why', 'screens', 'program'],
  ['an engine that is lost: banner, age, dimness, and it comes back', 'screens', 'program'],
  ['q detaches; stopping is another command, which asks', 'screens', 'program'],
  ['copying by OSC 52, in tmux and screen too, or shown as text', 'screens', 'program'],
  ['links to click in detail views alone', 'screens', 'program'],
  ['any size at any moment, down to 40x10', 'screens', 'program'],
  ['never colour alone; mono, 16, 256, true colour, light and dark', 'screens', 'program'],
  ['ASCII where the locale or the terminal has nothing else', 'screens', 'program'],
  ['suspends, comes back, and leaves a clean terminal whatever ends it', 'program'],
  ['silent when idle: not a byte', 'screens', 'program'],
];

/** The numbers of behaviours that the names of a layer's tests begin with. */
async function shownIn(layer: Layer): Promise<Set<number>> {
  const files = await Promise.all(
    layers[layer].map(async (part) =>
      (await readdir(join(folder, part), { recursive: true }))
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => join(folder, part, name)),
    ),
  );
  const texts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  const names = texts.join('\n').matchAll(/['`]behaviours? (\d+)(?: and (\d+))?: /g);
  return new Set([...names].flatMap(([, ...numbers]) => numbers.filter(Boolean).map(Number)));
}

test('each of the twenty-five behaviours of the dashboard has a test at every layer that shows it', async () => {
  expect(behaviours).toHaveLength(25);
  const shown = {
    pure: await shownIn('pure'),
    screens: await shownIn('screens'),
    program: await shownIn('program'),
  };
  const missing = behaviours.flatMap(([words, ...wanted], index) =>
    wanted
      .filter((layer) => !shown[layer].has(index + 1))
      .map((layer) => `behaviour ${index + 1}, ${layer}: ${words}`),
  );
  expect(missing).toEqual([]);
  for (const numbers of Object.values(shown)) expect(Math.max(...numbers)).toBeLessThanOrEqual(25);
});
