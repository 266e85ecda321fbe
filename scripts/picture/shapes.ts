/** A rectangle in a cell: from the left and from the top, width and height, each in cells. */
export type Shape = readonly [x: number, y: number, width: number, height: number];

const thin = 1.2;
const thick = 3;

/**
 * What bars, rules, scroll marks and QR codes are made of, which must meet from cell to cell as in a
 * terminal: fonts leave gaps. Null for what is text. `cell` is the size of one.
 */
export function shapesOf(
  text: string,
  cell: { width: number; height: number },
): readonly Shape[] | null {
  const code = text.codePointAt(0) ?? 0;
  if (text.length === 1 && code >= 0x2581 && code <= 0x2588) {
    const eighths = (code - 0x2580) / 8;
    return [[0, 1 - eighths, 1, eighths]];
  }
  const across = (width: number, thickness: number): Shape => {
    const height = thickness / cell.height;
    return [0, (1 - height) / 2, width, height];
  };
  const down = (thickness: number): Shape => {
    const width = thickness / cell.width;
    return [(1 - width) / 2, 0, width, 1];
  };
  switch (text) {
    case '▀':
      return [[0, 0, 1, 0.5]];
    case '─':
      return [across(1, thin)];
    case '━':
      return [across(1, thick)];
    case '╾':
      return [across(0.5, thick), across(1, thin)];
    case '│':
      return [down(thin)];
    case '┃':
      return [down(thick)];
    case '┤':
      return [down(thin), across(0.5, thin)];
    default:
      return null;
  }
}
