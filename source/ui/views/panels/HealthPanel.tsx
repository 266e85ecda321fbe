import { Box } from 'ink';
import { useMemo } from 'react';
import type { HealthReport } from '../../../control/publications.ts';
import { Line } from '../../components/Line.tsx';
import { Lines } from '../../components/Lines.tsx';
import { useDashboard, useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { locateCursor } from '../../state/visible-publications.ts';
import { healthColumns, reachLine, reasonLines } from './health-rows.ts';
import { ListWithDetails } from './ListWithDetails.tsx';

interface PanelProps {
  readonly width: number;
  readonly height: number;
}

/** Whether the everseed is reached from outside, and what is not healthy: why, and what to do. */
export function HealthPanel({ width, height }: PanelProps) {
  const { now } = useDashboard();
  const { glyphs } = useTheme();
  const status = useEngine((state) => state.status);
  const problems = useEngine((state) => state.problems);
  if (!problems) return <Lines lines={[]} width={width} height={height} />;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line width={width} spans={status ? reachLine(status, now(), glyphs) : []} />
      <Problems width={width} height={height - 1} />
    </Box>
  );
}

function Problems({ width, height }: PanelProps) {
  const { glyphs } = useTheme();
  const { now } = useDashboard();
  const problems = useEngine((state) => state.problems);
  const cursor = useUi((state) => state.panels.health);
  const columns = useMemo(() => healthColumns(glyphs), [glyphs]);
  if (!problems?.reports.length) {
    const none = [
      null,
      [{ text: `  ${glyphs.done} Nothing is amiss.`, as: 'good' as const }],
      null,
      [
        {
          text: '  Publications that are, are shown here: why, and what to do.',
          as: 'muted' as const,
        },
      ],
    ];
    return <Lines lines={none} width={width} height={height} />;
  }
  const index = locateCursor(problems.reports, cursor);
  const report = problems.reports[index];
  return (
    <ListWithDetails
      data={problems.reports}
      columns={columns}
      rowKey={reportKey}
      cursor={index}
      details={report ? reasonLines(report, width, now()) : []}
      width={width}
      height={height}
    />
  );
}

function reportKey({ id }: HealthReport): number {
  return id;
}
