import { Box } from 'ink';
import { Line } from './Line.tsx';
import type { Span } from './spans.ts';

interface LinesProps {
  /** Each a line; null is a blank one, which is left out when there is no room for it. */
  readonly lines: readonly (readonly Span[] | null)[];
  readonly width: number;
  readonly height: number;
}

/** A page of text that fills its place exactly. */
export function Lines({ lines, width, height }: LinesProps) {
  const fitting = leaveOutBlanks(lines, height);
  return (
    <Box width={width} height={height} flexDirection="column" flexShrink={0} overflow="hidden">
      {fitting.map((spans, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the page.
        <Line key={position} spans={spans ?? []} width={width} />
      ))}
    </Box>
  );
}

function leaveOutBlanks(lines: LinesProps['lines'], height: number): LinesProps['lines'] {
  let surplus = lines.length - height;
  const kept = lines.filter((line) => {
    if (line !== null || surplus <= 0) return true;
    surplus -= 1;
    return false;
  });
  return kept.slice(0, height);
}
