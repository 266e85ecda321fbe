import type { EngineStatus } from '../../../control/engine.ts';
import type { HealthReport } from '../../../control/publications.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import type { Column } from '../../components/column.ts';
import { reachOf } from '../../components/reachability.ts';
import type { Span } from '../../components/spans.ts';
import { wrapText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { healthTokens, healthWords } from '../../theme/health.ts';
import { formatAge } from '../age.ts';

export function healthColumns(glyphs: Glyphs): Column<HealthReport>[] {
  return [
    {
      key: 'health',
      title: 'Health',
      align: 'left',
      minWidth: 13,
      grow: 0,
      priority: 0,
      value: ({ health }) => `${glyphs.health[health]} ${healthWords[health]}`,
      look: ({ health }) => healthTokens[health],
    },
    {
      key: 'name',
      title: 'Name',
      align: 'left',
      minWidth: 12,
      wantedWidth: 20,
      grow: 1,
      priority: 0,
      value: ({ name }) => stripControls(name),
    },
    {
      key: 'why',
      title: 'Why',
      align: 'left',
      minWidth: 20,
      grow: 2,
      priority: 2,
      value({ reasons }) {
        const [first, ...others] = reasons.filter(({ state }) => state !== 'paused');
        const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
        return stripControls(`${first?.text ?? ''}${more}`);
      },
      look: () => 'muted',
    },
  ];
}

/** Whether peers elsewhere reach the everseed: ` :6881 open: peers elsewhere reach it (3m ago)`. */
export function reachLine(status: EngineStatus, now: number, glyphs: Glyphs): Span[] {
  const { short, long, as, reachedAt, problem, state } = reachOf(status);
  const mark = glyphs.reach[state];
  const when = reachedAt === null ? '' : `, ${formatAge(now - reachedAt)} ago`;
  const why = problem === null || state !== 'not-mapped' ? '' : `: ${stripControls(problem)}`;
  return [
    { text: ` ${mark} `, as },
    { text: `:${status.peer.port} ${short}` },
    { text: `  ${long}${when}${why}`, as: 'muted' },
  ];
}

/** Each reason in full: what is so, how and since when that is known, and what to do. */
export function reasonLines(
  { name, reasons }: Pick<HealthReport, 'name' | 'reasons'>,
  width: number,
  now: number,
): Span[][] {
  return [
    [{ text: ` ${stripControls(name)}`, as: 'strong' }],
    ...reasons.flatMap(({ text, advice, state, source, measuredAt }): Span[][] => {
      const when = measuredAt === null ? '' : `, ${formatAge(now - measuredAt)} ago`;
      const wrapped = (words: string, as: Span['as']) =>
        wrapText(stripControls(words), width - 4).map((line): Span[] => [
          { text: `   ${line}`, ...(as && { as }) },
        ]);
      return [
        ...wrapped(text, state === 'healthy' ? 'text' : healthTokens[state]),
        ...wrapped(`known by: ${source}${when}`, 'muted'),
        ...(advice ? wrapped(`to do: ${advice}`, 'text') : []),
      ];
    }),
  ];
}
