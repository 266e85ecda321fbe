import type { HealthProblems, HealthState } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { healthOrder, healthTokens, healthWords } from '../theme/health.ts';
import { Line } from './Line.tsx';
import { cutSpans, type Span, spansWidth } from './spans.ts';

interface TitleRuleProps {
  readonly width: number;
}

/** The rule below the header, with what the body shows in it: of the list, what its filter keeps. */
export function TitleRule({ width }: TitleRuleProps) {
  const { glyphs } = useTheme();
  const title = useTitle();
  const before = title.length > 0 ? [{ text: glyphs.rule, as: 'rule' as const }] : [];
  const kept = cutSpans([...before, ...title], width - 1, glyphs.ellipsis);
  const rest = glyphs.rule.repeat(Math.max(0, width - spansWidth(kept)));
  return <Line width={width} spans={[...kept, { text: rest, as: 'rule' }]} />;
}

const panelTitles: Partial<Record<string, string>> = {
  detail: 'Publication',
  tracker: 'Tracker',
  log: 'Log',
  settings: 'Settings',
};

function useTitle(): Span[] {
  const { commandContext } = useDashboard();
  const screen = useUi((state) => state.screen.name);
  const filter = useUi((state) => state.list.filter.value);
  const known = useEngine((state) => state.publications.size);
  const problems = useEngine((state) => state.problems);
  const { visible } = commandContext();
  if (screen === 'health') {
    return [{ text: ' Health ', as: 'heading' }, ...(problems ? healthSums(problems) : [])];
  }
  const title = panelTitles[screen];
  if (title) return [{ text: ` ${title} `, as: 'heading' }];
  if (screen !== 'list') return [];
  if (filter === '' || known === 0) return [{ text: ' Publications ', as: 'heading' }];
  return [
    { text: ' Publications ', as: 'heading' },
    { text: `${visible.length} of ${known} match `, as: 'muted' },
    { text: `${stripControls(filter)} `, as: 'accent' },
  ];
}

/** How many are in each state, the worst first; states that none is in are left out. */
function healthSums({ counts }: HealthProblems): Span[] {
  return (Object.keys(healthOrder) as HealthState[])
    .filter((state) => counts[state] > 0)
    .sort((a, b) => healthOrder[a] - healthOrder[b])
    .flatMap((state): Span[] => [
      { text: `${counts[state]} ${healthWords[state]}  `, as: healthTokens[state] },
    ]);
}
