import type { TrackerState, TrackerSummary } from '../../../control/discovery.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { counted } from '../../components/counted.ts';
import type { Span } from '../../components/spans.ts';
import type { WatchedPublication } from '../../state/engine-state.ts';
import { wrapText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import type { Token } from '../../theme/theme.ts';
import { formatAge } from '../age.ts';

interface StateWords {
  word: string;
  as: Token;
  glyph: keyof Glyphs & string;
}

const trackerStates: Record<TrackerState, StateWords> = {
  own: { word: 'this everseed’s own', as: 'good', glyph: 'engine' },
  working: { word: 'works', as: 'good', glyph: 'engine' },
  waiting: { word: 'not asked yet', as: 'muted', glyph: 'waiting' },
  announcing: { word: 'being asked', as: 'fair', glyph: 'sending' },
  standby: { word: 'stands by: another of its tier answers', as: 'muted', glyph: 'idle' },
  failing: { word: 'fails, and is tried again', as: 'warning', glyph: 'warning' },
  refused: { word: 'does not want this publication', as: 'bad', glyph: 'failed' },
  overdue: { word: 'overdue', as: 'warning', glyph: 'warning' },
  unsupported: { word: 'left to the peers', as: 'muted', glyph: 'idle' },
  paused: { word: 'paused', as: 'muted', glyph: 'idle' },
};

/** How a state is said, and how it looks; a newer engine may have others. */
export function trackerStateOf(state: TrackerState): StateWords {
  return Object.hasOwn(trackerStates, state)
    ? trackerStates[state]
    : { word: stripControls(state), as: 'text', glyph: 'idle' };
}

/** Each tracker in two lines or more: who it is and how it stands; then what it said, and when. */
export function trackerLines(
  { trackers, fetchedAt }: Pick<WatchedPublication, 'trackers' | 'fetchedAt'>,
  width: number,
  glyphs: Glyphs,
): Span[][] {
  if (!trackers) return [];
  if (trackers.length === 0) return [[{ text: ' It names no tracker.', as: 'muted' }]];
  return trackers.flatMap((tracker) => {
    const { word, as, glyph } = trackerStateOf(tracker.state);
    const message = stripControls(tracker.message ?? '');
    return [
      [
        { text: ` ${glyphs[glyph]} `, as },
        { text: stripControls(tracker.url), as: 'strong' },
      ] satisfies Span[],
      ...wrapText([word, ...trackerFacts(tracker, fetchedAt)].join(', '), width - 4).map(
        (text, index): Span[] => [{ text: `   ${text}`, as: index === 0 ? as : 'muted' }],
      ),
      ...wrapText(message, width - 4).map((text): Span[] => [{ text: `   ${text}` }]),
    ];
  });
}

/** What it counts, and when it was and will be asked. */
export function trackerFacts(tracker: TrackerSummary, now: number): string[] {
  const { tier, seeds, leechers, lastAnnounce, nextAnnounce, state } = tracker;
  return [
    `tier ${tier + 1}`,
    ...(seeds === null ? [] : [counted(seeds, 'seed')]),
    ...(leechers === null ? [] : [counted(leechers, 'leecher')]),
    ...(state === 'own' || state === 'unsupported'
      ? []
      : [lastAnnounce === null ? 'never asked' : `asked ${formatAge(now - lastAnnounce)} ago`]),
    ...(nextAnnounce === null ? [] : [`again in ${formatAge(nextAnnounce - now)}`]),
  ];
}
