import { Box, Text } from 'ink';
import { useTheme } from '../hooks/use-theme.ts';
import { hyperlink } from '../terminal/hyperlink.ts';
import { cutSpans, type Span } from './spans.ts';

interface LineProps {
  /** The pieces of the line, left to right. */
  readonly spans: readonly Span[];
  /** The line is cut to this many cells and never wraps. */
  readonly width: number;
}

/** One line of the screen. */
export function Line({ spans, width }: LineProps) {
  const { styles, glyphs } = useTheme();
  const pieces = cutSpans(spans, width, glyphs.ellipsis);
  return (
    <Box width={width} height={1} flexShrink={0} overflow="hidden">
      <Text wrap="hard">
        {pieces.map((piece, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the line.
          <Text key={position} {...styles[piece.as ?? 'text']}>
            {piece.link ? hyperlink(piece.text, piece.link) : piece.text}
          </Text>
        ))}
      </Text>
    </Box>
  );
}
