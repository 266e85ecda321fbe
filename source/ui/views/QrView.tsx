import { Box } from 'ink';
import { stripControls } from '../../format/terminal-text.ts';
import { Line } from '../components/Line.tsx';
import { QrCode } from '../components/QrCode.tsx';
import type { Copyable } from '../state/links.ts';

interface QrViewProps {
  readonly link: Copyable;
  readonly width: number;
  readonly height: number;
}

/** A link for a phone's camera. */
export function QrView({ link, width, height }: QrViewProps) {
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Line
        width={width}
        spans={[
          { text: ` ${link.label} `, as: 'strong' },
          { text: stripControls(link.text), as: 'accent' },
        ]}
      />
      <QrCode text={link.text} width={width} height={height - 1} />
    </Box>
  );
}
