import { type DetailTab, detailTabs } from '../../state/detail-state.ts';
import { always, type Command, type CommandContext } from '../command.ts';

const isOn =
  (tab: DetailTab) =>
  ({ ui }: CommandContext) =>
    ui.detail.tab === tab;

const tabTitles: Record<DetailTab, string> = {
  overview: 'the overview: facts, health and links',
  peers: 'the peers',
  files: 'the files',
  trackers: 'the trackers',
  graph: 'the graph of rate and peers',
  events: 'the events',
};

/** Between the tabs of a publication, and within them. */
export const detailTabCommands: Command[] = [
  always({
    id: 'detail.next-tab',
    title: 'the next tab',
    hint: 'tabs',
    keys: ['tab', 'right', 'l'],
    focus: ['detail'],
    run: ({ dispatch }) => dispatch({ type: 'turn-tabs', by: 1 }),
  }),
  always({
    id: 'detail.previous-tab',
    title: 'the tab before',
    hint: null,
    keys: ['shift+tab', 'left', 'h'],
    focus: ['detail'],
    run: ({ dispatch }) => dispatch({ type: 'turn-tabs', by: -1 }),
  }),
  ...detailTabs.map((tab, index) =>
    always({
      id: `detail.${tab}`,
      ...(tab === 'peers' || tab === 'trackers' ? { cli: tab } : { name: tab }),
      title: tabTitles[tab],
      hint: null,
      keys: [String(index + 1)],
      focus: ['detail'],
      run: ({ dispatch }) => dispatch({ type: 'show-tab', tab }),
    }),
  ),
  {
    id: 'detail.sort-peers',
    name: 'sort peers',
    title: 'sort the peers by the next key',
    hint: 'sort',
    keys: ['s'],
    focus: ['detail'],
    when: isOn('peers'),
    run: ({ dispatch }) => dispatch({ type: 'cycle-peer-order' }),
  },
  {
    id: 'detail.reverse-peers',
    title: 'sort the peers the other way round',
    hint: null,
    keys: ['S'],
    focus: ['detail'],
    when: isOn('peers'),
    run: ({ dispatch }) => dispatch({ type: 'reverse-peer-order' }),
  },
  {
    id: 'detail.span',
    name: 'span',
    title: 'graph the next span of time: 5 minutes, an hour, a day, 30 days',
    hint: 'span',
    keys: ['s'],
    focus: ['detail'],
    when: isOn('graph'),
    run: ({ dispatch }) => dispatch({ type: 'cycle-range' }),
  },
];
