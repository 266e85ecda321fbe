import { Lines } from '../components/Lines.tsx';
import type { Span } from '../components/spans.ts';
import { useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { commandsOf } from '../keys/command-table.ts';
import { type Focus, focusBehindOverlay } from '../keys/focus.ts';
import { hintLabel, keyLabel } from '../keys/key-labels.ts';
import { helpTitleRows } from './title-rows.ts';

interface HelpViewProps {
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
}

const widestKeys = 22;
const narrowKeys = 10;
const wideFrom = 70;

const titles: Record<Focus, string> = {
  list: 'the list',
  'list-filter': 'the filter',
  detail: 'a publication',
  tracker: 'the tracker',
  health: 'health',
  log: 'the log',
  browser: 'choosing what to publish',
  'browser-path': 'typing a path',
  form: 'what is published and how',
  hashing: 'a publish job',
  failed: 'a failed publish job',
  card: 'what was just published',
  help: 'help',
  qr: 'a QR code',
  'confirm-remove': 'removing',
  'too-small': 'a small terminal',
};

/** The keys of the view it was called from, from the command table. */
export function HelpView({ scroll, width, height }: HelpViewProps) {
  const { glyphs } = useTheme();
  const focus = useUi(focusBehindOverlay);
  const commands = commandsOf(focus);
  const room = height - helpTitleRows;
  const keysWidth = width < wideFrom ? narrowKeys : widestKeys;
  const top = Math.min(scroll, Math.max(0, commands.length - room));
  const rows = commands
    .slice(top, top + room)
    .map(({ keys, title }): Span[] => [
      { text: `  ${fittingKeys(keys, keysWidth).padEnd(keysWidth)} `, as: 'key' },
      { text: title },
    ]);
  const hasMore = top + room < commands.length;
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [
          { text: ` Keys of ${titles[focus]}`, as: 'strong' },
          { text: hasMore ? `  (${hintLabel('down', glyphs)} for more)` : '', as: 'muted' },
        ],
        [],
        ...rows,
      ]}
    />
  );
}

/** As many of a command's keys as fit; the first are the ones to know. */
function fittingKeys(keys: readonly string[], width: number): string {
  return keys.map(keyLabel).reduce((shown, key) => {
    const longer = `${shown} ${key}`;
    return longer.length <= width ? longer : shown;
  });
}
