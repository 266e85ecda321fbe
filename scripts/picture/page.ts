import type { Scene } from './scenes.ts';

/** The page of the documentation that shows every scene, the larger picture first. */
export function picturesPage(
  scenes: readonly Scene[],
  sizes: readonly { columns: number; rows: number }[],
): string {
  const sections = scenes.map(({ name, description }) => {
    const pictures = sizes.map(({ columns, rows }) => {
      const size = `${columns}x${rows}`;
      return `![${description}, ${size}](pictures/${name}-${size}.svg)`;
    });
    const [first = '', ...rest] = description;
    return [`## ${first.toUpperCase()}${rest.join('')}`, '', ...pictures, ''].join('\n');
  });
  const intro = [
    '# The dashboard in pictures',
    '',
    'Made by `npm run picture` from a real session: each view in a terminal of 120x40 and of 80x24.',
    '',
  ].join('\n');
  return [intro, ...sections].join('\n');
}
