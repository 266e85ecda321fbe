import type { Cell, Colour } from './screen.ts';
import { type Shape, shapesOf } from './shapes.ts';

const cellWidth = 8.4;
const rowHeight = 18;
const cellSize = { width: cellWidth, height: rowHeight };
const fontSize = 14;
/** From the top of a row to the line that its letters stand on. */
const baseline = 13.5;
const margin = 14;
const titleBar = 36;

const background = '#12161c';
const frame = '#1d232c';
const border = '#333c49';
const foreground = '#d3dae3';
/** The sixteen colours of a terminal: eight, then the same, brighter. */
const palette = [
  ...['#3b4252', '#f2777a', '#7fd08b', '#e5c06a', '#6cb1f2', '#c79bee', '#5cc8d7', '#d3dae3'],
  ...['#66707f', '#ff9a9c', '#a3e6ad', '#f5d88f', '#93c8fb', '#dbb8fa', '#8adfea', '#ffffff'],
];
/** How much of a colour is left when it is dim. */
const dimness = 0.6;

const fonts =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', " +
  "'Noto Sans Mono CJK JP', 'Hiragino Sans', 'MS Gothic', monospace";

/** A cell as it is drawn. */
interface Glyph {
  column: number;
  width: number;
  text: string;
  ink: string;
  /** The colour behind it. */
  paper: string;
  bold: boolean;
  script: Script;
}

/**
 * What text is made of, which decides how it is made to take exactly its cells with whatever fonts a
 * reader has: letters are moved; symbols, which may come from another font, and graphs of dots are
 * stretched; bars and rules, which must have no gaps, are shapes.
 */
type Script = 'letters' | 'wide letters' | 'symbols' | 'graph' | 'shape';

/** Draws a screen as a window. Its text stays text. */
export function drawScreen(
  rows: readonly (readonly Cell[])[],
  window: { title: string; description: string },
): string {
  const columns = Math.max(...rows.map(columnsOf));
  const width = round(columns * cellWidth + 2 * margin);
  const height = titleBar + rows.length * rowHeight + margin;
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const font = `font-family="${fonts}" font-size="${fontSize}" fill="${foreground}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} role="img">
<title>${escapeXml(window.description)}</title>
${drawFrame(width, height, window.title)}
<g transform="translate(${margin} ${titleBar})">
${rows.map((cells, row) => drawRow(glyphsOf(cells), row * rowHeight)).join('')}</g>
</svg>
`;
}

function drawFrame(width: number, height: number, title: string): string {
  const bottom = titleBar - 6;
  const dots = [0, 1, 2].map(
    (place) => `<circle cx="${20 + place * 18}" cy="${bottom / 2}" r="5.5" fill="${border}"/>`,
  );
  const box = `x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"`;
  return `<rect ${box} fill="${background}"/>
<path d="M.5 ${bottom}V8.5a8 8 0 0 1 8-8H${width - 8.5}a8 8 0 0 1 8 8V${bottom}z" fill="${frame}"/>
<rect ${box} fill="none" stroke="${border}"/>
${dots.join('')}
<text x="${width / 2}" y="${bottom / 2 + 4.5}" text-anchor="middle" font-size="13" fill="${dimmed(foreground, frame)}">${escapeXml(title)}</text>`;
}

function drawRow(glyphs: readonly Glyph[], top: number): string {
  const papers = joined(glyphs, (last, next) => last.paper === next.paper)
    .filter(({ paper }) => paper !== background)
    .map(
      (run) =>
        `<rect ${span(run, 'width')} y="${top}" height="${rowHeight}" fill="${run.paper}"/>\n`,
    );
  const runs = joined(glyphs, isOneRun).filter(({ text }) => text !== ' ');
  const shapes = runs.filter(({ script }) => script === 'shape').map((run) => drawShapes(run, top));
  const texts = runs.filter(({ script }) => script !== 'shape').map(drawText);
  // the blanks are for who copies the text
  const line = texts.length === 0 ? '' : `<text y="${top + baseline}">${texts.join(' ')}</text>\n`;
  return papers.join('') + shapes.join('') + line;
}

/** A run of one character that is drawn, not written. */
function drawShapes({ text, column, width, ink }: Glyph, top: number): string {
  const shapes = shapesOf([...text][0] ?? '', cellSize) ?? [];
  const reachesAcross = ([, , cells]: Shape) => cells === 1;
  const boxes = shapes.flatMap((shape) => {
    const [x, y, shapeWidth, height] = shape;
    const at = (cell: number, cells: number) =>
      `M${place(column + cell + x)} ${round(top + y * rowHeight)}h${place(cells)}v${round(height * rowHeight)}h${-place(cells)}z`;
    if (reachesAcross(shape)) return [at(0, width)];
    return Array.from({ length: width }, (_, cell) => at(cell, shapeWidth));
  });
  return `<path d="${boxes.join('')}" fill="${ink}"/>\n`;
}

function drawText(run: Glyph): string {
  const isStretched = run.script === 'symbols' || run.script === 'graph';
  const fit = isStretched ? ' lengthAdjust="spacingAndGlyphs"' : '';
  const ink = run.ink === foreground ? '' : ` fill="${run.ink}"`;
  const weight = run.bold ? ' font-weight="bold"' : '';
  return `<tspan ${span(run, 'textLength')}${fit}${ink}${weight}>${escapeXml(run.text)}</tspan>`;
}

function span({ column, width }: Glyph, widthName: string): string {
  return `x="${place(column)}" ${widthName}="${place(width)}"`;
}

function glyphsOf(cells: readonly Cell[]): Glyph[] {
  let column = 0;
  return cells.map((cell) => {
    const { text, width, bold } = cell;
    const glyph = { column, width, text, bold, script: scriptOf(cell), ...coloursOf(cell) };
    column += width;
    return glyph;
  });
}

/** What belongs together as one. */
function joined(glyphs: readonly Glyph[], belong: (last: Glyph, next: Glyph) => boolean): Glyph[] {
  const runs: Glyph[] = [];
  for (const glyph of glyphs) {
    const last = runs.at(-1);
    if (last && belong(last, glyph)) {
      last.text += glyph.text;
      last.width += glyph.width;
    } else {
      runs.push({ ...glyph });
    }
  }
  return runs;
}

/** Whether it goes on a run of text. Blanks begin and end none: they may not be relied upon. */
function isOneRun(last: Glyph, next: Glyph): boolean {
  return (
    next.text !== ' ' &&
    last.text !== ' ' &&
    last.ink === next.ink &&
    last.bold === next.bold &&
    last.script === next.script &&
    // of symbols, only those that are the same
    (!['symbols', 'shape'].includes(next.script) || last.text.endsWith(next.text))
  );
}

function scriptOf({ text, width }: Cell): Script {
  if (width > 1) return 'wide letters';
  if (shapesOf(text, cellSize)) return 'shape';
  if (/^[\u2800-\u28ff]+$/.test(text)) return 'graph';
  return /^[\p{ASCII}\p{L}\p{M}–—‘’“”…·]+$/u.test(text) ? 'letters' : 'symbols';
}

function coloursOf(cell: Cell): { ink: string; paper: string } {
  const front = hex(cell.foreground, foreground);
  const back = hex(cell.background, background);
  const [ink, paper] = cell.inverse ? [back, front] : [front, back];
  return { ink: cell.dim ? dimmed(ink, paper) : ink, paper };
}

function hex(colour: Colour, byDefault: string): string {
  return colour === null ? byDefault : (palette[colour] ?? byDefault);
}

/** A colour that is nearer to what is behind it. */
function dimmed(ink: string, behind: string): string {
  const channels = [1, 3, 5].map((at) => {
    const [front, back] = [ink, behind].map((text) => Number.parseInt(text.slice(at, at + 2), 16));
    const mixed = (front ?? 0) * dimness + (back ?? 0) * (1 - dimness);
    return Math.round(mixed).toString(16).padStart(2, '0');
  });
  return `#${channels.join('')}`;
}

function columnsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

function place(columns: number): number {
  return round(columns * cellWidth);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
