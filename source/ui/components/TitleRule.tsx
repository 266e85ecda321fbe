import type { HealthProblems, HealthState } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { type Dialog, isDialog } from '../state/dialogs.ts';
import type { PublishStep } from '../state/publish-state.ts';
import type { Overlay, Screen } from '../state/ui-state.ts';
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
  const before: Span = { text: glyphs.rule, as: 'rule' };
  const kept = cutSpans([before, ...title], width - 1, glyphs.ellipsis);
  const rest = glyphs.rule.repeat(Math.max(0, width - spansWidth(kept)));
  return <Line width={width} spans={[...kept, { text: rest, as: 'rule' }]} />;
}

const screenTitles: Record<Exclude<Screen['name'], 'publish'>, string> = {
  list: 'Publications',
  detail: 'Publication',
  tracker: 'Tracker',
  health: 'Health',
  log: 'Log',
  settings: 'Settings',
};

const stepTitles: Record<PublishStep['name'], string> = {
  choose: 'Publish: what?',
  form: 'Publish: how?',
  adopt: 'Adopt',
  hashing: 'Being published',
  failed: 'Not published',
  done: 'Published',
};

const overlayTitles: Record<Exclude<Overlay, Dialog>['name'], string> = {
  help: 'Keys',
  palette: 'Commands',
  qr: 'QR code',
};

function titleOf(screen: Screen, overlay: Overlay | null): string {
  if (overlay && !isDialog(overlay)) return overlayTitles[overlay.name];
  if (screen.name !== 'publish') return screenTitles[screen.name];
  const { step } = screen;
  const isAdopting = step.name === 'choose' && step.browser.purpose === 'adopt';
  return isAdopting ? 'Adopt: which .torrent?' : stepTitles[step.name];
}

function useTitle(): Span[] {
  const { commandContext } = useDashboard();
  const screen = useUi((state) => state.screen);
  const overlay = useUi((state) => state.overlay);
  const filter = useUi((state) => state.list.filter.value);
  const known = useEngine((state) => state.publications.size);
  const problems = useEngine((state) => state.problems);
  const title: Span = { text: ` ${titleOf(screen, overlay)} `, as: 'heading' };
  if (overlay && !isDialog(overlay)) return [title];
  if (screen.name === 'health' && problems) return [title, ...healthSums(problems)];
  if (screen.name !== 'list' || filter === '' || known === 0) return [title];
  const { visible } = commandContext();
  return [
    title,
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
