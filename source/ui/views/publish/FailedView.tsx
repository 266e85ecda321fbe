import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import type { Span } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { type StartingStep, subjectOf } from '../../state/publish-state.ts';
import { wrapText } from '../../terminal/text-width.ts';

interface FailedViewProps {
  /** In the engine's own words. */
  readonly error: string;
  /** Where it leads back to. */
  readonly from: StartingStep;
  readonly width: number;
  readonly height: number;
}

/** Why nothing was published, and the way back. */
export function FailedView({ error, from, width, height }: FailedViewProps) {
  const { glyphs } = useTheme();
  const reason = wrapText(stripControls(error), width - 4);
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [
          { text: ` ${glyphs.failed} Not published: `, as: 'bad' },
          { text: stripControls(subjectOf(from)) },
        ],
        null,
        ...reason.map((text): Span[] => [{ text: `   ${text}` }]),
        null,
        [
          { text: '   Enter', as: 'key' },
          { text: ' goes back; nothing typed is lost.', as: 'muted' },
        ],
      ]}
    />
  );
}
