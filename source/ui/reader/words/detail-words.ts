import type { HistoryRange, HistoryReport } from '../../../control/engine.ts';
import type {
  FileSummary,
  PeerSummary,
  PublicationSummary,
} from '../../../control/publications.ts';
import { formatBytes, formatDuration, formatRate } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import { formatPercent } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import type { DetailState, DetailTab } from '../../state/detail-state.ts';
import type { EngineState, WatchedPublication } from '../../state/engine-state.ts';
import { eventsOf } from '../../state/events.ts';
import { healthWords } from '../../theme/health.ts';
import { formatAge } from '../../views/age.ts';
import { detailFacts } from '../../views/detail/detail-facts.ts';
import { peersGraph, rangeWords, rateGraph } from '../../views/detail/graph-lines.ts';
import { sourceWords } from '../../views/detail/peer-columns.ts';
import { sortPeers } from '../../views/detail/sort-peers.ts';
import { trackerFacts, trackerStateOf } from '../../views/detail/tracker-lines.ts';
import { comingKey } from '../news.ts';
import {
  joined,
  type Page,
  type Reading,
  reading,
  type Sentence,
  textPage,
  type View,
} from '../reading.ts';
import { eventSentence } from './event-words.ts';

/** A tab of a publication, once it is fetched. */
interface Tab {
  summary: PublicationSummary;
  watched: WatchedPublication;
  view: DetailState;
  engine: EngineState;
}

const titles: Record<DetailTab, string> = {
  overview: 'overview',
  peers: 'peers',
  files: 'files',
  trackers: 'trackers',
  graph: 'graph',
  events: 'events',
};

/** One publication, the tab of it that is shown. Nothing is said before there is something. */
export function readDetail({ ui, engine }: View, id: number): Reading {
  const summary = engine.publications.get(id);
  if (!summary) {
    return reading(`gone ${id}`, {
      heads: [{ key: 'gone', text: 'This publication was removed. Escape goes back.' }],
    });
  }
  const { detail: view, pending } = ui;
  const watched = engine.watched?.id === id ? engine.watched : null;
  const range = view.tab === 'graph' ? view.range : '';
  const place = `detail ${id} ${view.tab} ${range}`;
  const title: Sentence = {
    key: 'title',
    text: `${summary.name}, ${pending.get(id) ?? healthWords[summary.health]}: ${titles[view.tab]}.`,
    when: pending.get(id) ?? summary.health,
  };
  if (watched?.error != null) {
    return reading(place, { heads: [title, { key: 'error', text: watched.error }] });
  }
  if (!watched || !isFetched(watched, view)) return reading(`${place} coming`, {});
  const { heads = [], page } = tabs[view.tab]({ summary, watched, view, engine });
  return reading(place, { heads: [title, ...heads], page });
}

function isFetched(watched: WatchedPublication, { tab, range }: DetailState): boolean {
  switch (tab) {
    case 'overview':
    case 'peers':
      return watched.detail !== null;
    case 'files':
      return watched.files !== null;
    case 'trackers':
      return watched.trackers !== null;
    case 'graph':
      return watched.history?.range === range;
    case 'events':
      return watched.events !== null;
  }
}

const tabs: Record<DetailTab, (tab: Tab) => { heads?: readonly Sentence[]; page: Page | null }> = {
  overview: ({ summary, watched, view }) => {
    const everything = { columns: Number.MAX_SAFE_INTEGER, rows: 0 };
    const facts = detailFacts(summary, watched, everything).map(factSentence);
    return { page: textPage(facts, view.scroll) };
  },
  peers: ({ watched: { peers, fetchedAt }, view }) => {
    const sorted = sortPeers(peers, view.peerOrder, view.isReversed);
    const reversed = view.isReversed ? ', the other way round' : '';
    return {
      heads: [
        { key: 'count', text: `${counted(peers.length, 'peer')} connected.` },
        { key: 'order', text: `Sorted by ${view.peerOrder}${reversed}.` },
      ],
      page: textPage(
        sorted.map((peer) => peerSentence(peer, fetchedAt)),
        view.scroll,
      ),
    };
  },
  files: ({ watched: { files }, view }) => ({
    heads: [{ key: 'count', text: `${counted(files?.total ?? 0, 'file')}.` }],
    page: files && filesPage(files, view.scroll),
  }),
  trackers: ({ watched: { trackers, fetchedAt }, view }) => ({
    heads: [{ key: 'count', text: `${counted(trackers?.length ?? 0, 'tracker')}.` }],
    page: textPage(
      (trackers ?? []).map((tracker) => ({
        key: tracker.url,
        when: joined(tracker.state, tracker.message),
        text: joined(
          tracker.url,
          trackerStateOf(tracker.state).word,
          ...trackerFacts(tracker, fetchedAt),
          tracker.message,
        ),
      })),
      view.scroll,
    ),
  }),
  graph: ({ watched: { history }, view }) => ({
    page: history && textPage(graphSentences(history), view.scroll),
  }),
  events: ({ watched, view, engine }) => ({
    page: textPage(eventsOf(watched, engine.events).map(eventSentence), view.scroll),
  }),
};

/** A label and what it is; lines without a label go on with the one before. */
function factSentence([label, ...rest]: readonly Span[], index: number): Sentence {
  const name = label?.text.trim() ?? '';
  const text = rest.map((span) => span.text).join('');
  return { key: `${index} ${name}`, text: name === '' ? text : `${name}: ${text}`, when: null };
}

function peerSentence(peer: PeerSummary, now: number): Sentence {
  const { client, address, source = 'incoming', progress, uploaded, uploadRate } = peer;
  const { encrypted = false, secondsLeft } = peer;
  return {
    key: `${address} ${peer.connectedAt}`,
    when: null,
    text: joined(
      client,
      address,
      progress >= 1 ? 'has all' : `has ${formatPercent(progress).trim()}`,
      peerState(peer),
      uploadRate > 0 && `at ${formatRate(uploadRate)}`,
      uploaded > 0 && `was sent ${formatBytes(uploaded)}`,
      sourceWords[source],
      encrypted && 'encrypted',
      secondsLeft != null && `${formatDuration(secondsLeft)} left`,
      `connected for ${formatAge(now - peer.connectedAt)}`,
    ),
  };
}

function peerState({ interested, choked }: PeerSummary): string {
  if (!interested) return 'wants nothing';
  return choked ? 'waits for data' : 'is sent data';
}

const faultWords = {
  missing: 'missing',
  changed: 'changed',
  replaced: 'replaced',
  unreadable: 'unreadable',
  wrong: 'wrong',
  unproven: 'unproven',
};

function filesPage(
  { total, offset, files }: NonNullable<WatchedPublication['files']>,
  scroll: number,
): Page | null {
  if (total === 0) return null;
  return {
    count: total,
    at: Math.min(scroll, total - 1),
    isText: true,
    line(index) {
      const file = files[index - offset];
      return file ? fileSentence(file) : { key: comingKey, text: 'Its name is being asked for.' };
    },
  };
}

function fileSentence({ path, length, fault, sharesPieceWith }: FileSummary): Sentence {
  const word = fault ? faultWords[fault] : 'in place';
  const state = sharesPieceWith ? `${word}: shares a piece with ${sharesPieceWith}` : word;
  return { key: path, text: joined(path, formatBytes(length), state), when: state };
}

const spans = 6;

/** The whole span in numbers, then parts of it, the newest first. */
function graphSentences(history: HistoryReport): Sentence[] {
  const { range, uploadRate, peers } = history;
  const [rate, connected] = [rateGraph(history), peersGraph(history)];
  const said = (key: string, text: string): Sentence => ({ key, text, when: null });
  const parts = Array.from({ length: spans }, (_, index) => {
    const part = spans - 1 - index;
    return said(
      `part ${part}`,
      `${partWords(part, range)}: ${averageRate(slice(uploadRate, part))}, ${averagePeers(slice(peers, part))}.`,
    );
  });
  return [
    said('span', `The last ${rangeWords[range]}; s goes to another span.`),
    said('rate', `${rate.title}: ${rate.summary}.`),
    said('peers', `${connected.title}: ${connected.summary}.`),
    ...parts,
  ];
}

function partWords(part: number, range: HistoryRange): string {
  const place = part === spans - 1 ? 'The last' : part === 0 ? 'The first' : `Part ${part + 1}`;
  return `${place} of ${spans} parts of the last ${rangeWords[range]}`;
}

function slice(values: readonly (number | null)[], part: number): number[] {
  const size = values.length / spans;
  return values
    .slice(Math.round(part * size), Math.round((part + 1) * size))
    .filter((value) => value !== null);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function averageRate(rates: readonly number[]): string {
  return rates.length === 0 ? 'not measured' : `${formatRate(average(rates))} on average`;
}

function averagePeers(peers: readonly number[]): string {
  return peers.length === 0 ? 'no count of peers' : counted(Math.round(average(peers)), 'peer');
}
