import { Box } from 'ink';
import { useMemo } from 'react';
import type { SettingSummary } from '../../control/engine.ts';
import { stripControls } from '../../format/terminal-text.ts';
import type { Column } from '../components/column.ts';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { focusedSetting, type SettingsState, shownSettings } from '../state/settings-state.ts';
import { wrapText } from '../terminal/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { ListWithDetails } from './panels/ListWithDetails.tsx';

interface SettingsViewProps {
  readonly width: number;
  readonly height: number;
}

const wideFrom = 70;
const narrowKey = 18;

/** Every setting; below them, what the one under the cursor means and takes. */
export function SettingsView({ width, height }: SettingsViewProps) {
  const { glyphs } = useTheme();
  const state = useUi((ui) => ui.settings);
  const { settings, asked } = state;
  const columns = useMemo(
    () => settingColumns(glyphs, width < wideFrom ? narrowKey : longestKey(settings ?? []), asked),
    [glyphs, settings, asked, width],
  );
  if (!state.settings) {
    const reading: Span[][] = [[], [{ text: `  Reading them${glyphs.ellipsis}`, as: 'muted' }]];
    return <Lines lines={reading} width={width} height={height} />;
  }
  const shown = shownSettings(state);
  const isFiltered = state.isFiltering || state.filter.value !== '';
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      {isFiltered && <Line width={width} spans={filterSpans(state, shown.length, width)} />}
      <ListWithDetails
        data={shown}
        columns={columns}
        rowKey={settingKey}
        cursor={state.place}
        title={focusedSetting(state)?.key ?? ''}
        details={aboutLines(state, width, glyphs)}
        width={width}
        height={height - Number(isFiltered)}
      />
    </Box>
  );
}

/** What is typed, or was, with how many settings it keeps. */
function filterSpans(
  { filter, isFiltering, settings }: SettingsState,
  count: number,
  width: number,
): Span[] {
  const counts: Span = { text: ` ${count} of ${settings?.length ?? 0} `, as: 'muted' };
  const room = width - spansWidth([counts]) - 3;
  return [
    { text: ' / ', as: 'key' },
    ...(isFiltering ? fieldSpans(filter, room) : [{ text: filter.value, as: 'accent' as const }]),
    counts,
  ];
}

function settingKey({ key }: SettingSummary): string {
  return key;
}

/** What comes first is what a small terminal has room for. */
function aboutLines(state: SettingsState, width: number, glyphs: Glyphs): Span[][] {
  const setting = focusedSetting(state);
  if (!setting) return [];
  const { key, meaning, allowed, default: usual, afterRestart } = setting;
  const indented = (text: string, as: NonNullable<Span['as']>): Span[][] =>
    wrapText(text, width - 4).map((line) => [{ text: `  ${line}`, as }]);
  const field: Span[][] = state.typed
    ? [[{ text: ` ${key} = `, as: 'key' }, ...fieldSpans(state.typed, width - key.length - 5)]]
    : [];
  const refusal = state.refusal
    ? indented(`${glyphs.failed} ${stripControls(state.refusal)}`, 'bad')
    : [];
  return [
    ...field,
    ...refusal,
    ...indented(meaning, 'text'),
    ...indented(
      `It takes ${allowed}; the default is ${usual === '' ? 'nothing' : usual}.`,
      'muted',
    ),
    ...indented(whenItCounts(setting), afterRestart ? 'warning' : 'muted'),
  ];
}

/** Whether a change counts at once. */
export function whenItCounts({ isLive, afterRestart }: SettingSummary): string {
  if (afterRestart) return 'It waits for everseed to be started again.';
  if (isLive === undefined) return '';
  return `A change counts ${isLive ? 'at once' : 'when everseed is started again'}.`;
}

function longestKey(settings: readonly SettingSummary[]): number {
  return Math.max(0, ...settings.map(({ key }) => key.length));
}

function settingColumns(
  glyphs: Glyphs,
  keyWidth: number,
  asked: SettingsState['asked'],
): Column<SettingSummary>[] {
  const isAsked = ({ key }: SettingSummary) => asked.some((one) => one.key === key);
  return [
    {
      key: 'key',
      title: 'Setting',
      align: 'left',
      minWidth: keyWidth,
      grow: 0,
      priority: 0,
      value: ({ key }) => key,
    },
    {
      key: 'value',
      title: 'Value',
      align: 'left',
      minWidth: 10,
      grow: 1,
      priority: 0,
      value(setting) {
        const value = setting.value === '' ? glyphs.none : stripControls(setting.value);
        return isAsked(setting) ? `${glyphs.waiting} ${value}` : value;
      },
      look: (setting) => (setting.value === setting.default ? 'muted' : 'accent'),
    },
    {
      key: 'state',
      title: '',
      align: 'left',
      minWidth: 13,
      grow: 0,
      priority: 2,
      value({ afterRestart, value, default: usual }) {
        if (afterRestart) return 'after restart';
        return value === usual ? 'default' : 'changed';
      },
      look: ({ afterRestart }) => (afterRestart ? 'warning' : 'muted'),
    },
  ];
}
