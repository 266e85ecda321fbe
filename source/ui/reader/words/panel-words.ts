import type { HealthReport } from '../../../control/publications.ts';
import { counted } from '../../components/counted.ts';
import { loggedEvents } from '../../state/panel-state.ts';
import { locateCursor } from '../../state/visible-publications.ts';
import { healthWords } from '../../theme/health.ts';
import { formatAge } from '../../views/age.ts';
import {
  type ProtocolRow,
  protocolRows,
  trackerPanelFacts,
} from '../../views/panels/tracker-panel-lines.ts';
import {
  joined,
  listPage,
  type Reading,
  reading,
  type Sentence,
  textPage,
  type View,
} from '../reading.ts';
import { eventSentence } from './event-words.ts';

/** What is not healthy: why, how that is known, and what to do about it. */
export function readHealth({ ui, engine: { problems }, now }: View): Reading {
  if (!problems) return reading('health coming', {});
  const { reports } = problems;
  const count =
    reports.length === 0 ? 'Nothing is amiss.' : `${counted(reports.length, 'publication')}.`;
  return reading('health', {
    heads: [
      { key: 'title', text: 'Health: what is not healthy, and what to do.', when: null },
      { key: 'count', text: count },
    ],
    page: listPage(reports, locateCursor(reports, ui.panels.health), (report) =>
      reportSentence(report, now),
    ),
  });
}

function reportSentence({ id, name, health, reasons }: HealthReport, now: number): Sentence {
  const sentences = reasons.map(({ text, advice, source, measuredAt }) => {
    const when = measuredAt === null ? '' : `, ${formatAge(now - measuredAt)} ago`;
    return `${text} Known by ${source}${when}.${advice ? ` To do: ${advice}` : ''}`;
  });
  return {
    key: String(id),
    text: `${name}, ${healthWords[health]}. ${sentences.join(' ')}`,
    when: joined(health, ...reasons.map(({ text }) => text)),
  };
}

/** What happened, the newest first. */
export function readLog({ ui, engine }: View): Reading {
  const { log: cursor, isErrorsOnly } = ui.panels;
  const events = loggedEvents(engine.events, isErrorsOnly);
  const what = isErrorsOnly ? counted(events.length, 'error') : counted(events.length, 'event');
  return reading('log', {
    heads: [
      { key: 'title', text: 'The log, the newest first.', when: null },
      { key: 'count', text: `${what}.`, when: String(isErrorsOnly) },
    ],
    page: listPage(events, locateCursor(events, cursor), eventSentence),
  });
}

/** The engine's own tracker: what it is asked, and its largest swarms. */
export function readTracker({ ui, engine: { tracker, status } }: View): Reading {
  if (!tracker || !status) return reading('tracker coming', {});
  const said = (key: string, text: string): Sentence => ({ key, text, when: null });
  const swarms = tracker.largest.map(({ infoHash, name, seeds, leechers, completed }) =>
    said(
      infoHash,
      joined(
        `Swarm of ${name ?? `${infoHash}, which is not published here`}`,
        counted(seeds, 'seed'),
        counted(leechers, 'leecher'),
        `${completed} completed`,
      ),
    ),
  );
  const lines = [
    ...trackerPanelFacts(tracker, status).map(([label, text]) => said(label, `${label}: ${text}`)),
    ...protocolRows(tracker).map((row) => said(`by ${row.name}`, protocolWords(row))),
    ...swarms,
  ];
  return reading('tracker', {
    heads: [{ key: 'title', text: 'The tracker.', when: null }],
    page: textPage(lines, ui.panels.trackerScroll),
  });
}

function protocolWords(row: ProtocolRow): string {
  const { name, announceRate, announces, scrapes, answered, refused, malformed, limited } = row;
  return joined(
    `Asked by ${name}: ${announceRate.toFixed(1)} announces a second`,
    `${announces} announces and ${scrapes} scrapes in all`,
    `${answered} answered`,
    `${refused} refused`,
    `${malformed} malformed`,
    `${limited} too often`,
  );
}
