import { commandSummaries } from '../../../command-summaries.ts';
import { type DetailTab, detailTabs } from '../../state/detail-state.ts';
import { type Availability, always, type Command, type CommandContext } from '../command.ts';
import { focusedPublication } from '../selection.ts';
import { hasSubject } from './availability.ts';

const tabTitles: Record<DetailTab, string> = {
  overview: 'the overview: facts, health and links',
  peers: commandSummaries.peers,
  files: commandSummaries.files,
  trackers: commandSummaries.trackers,
  graph: 'the graph of rate and peers',
  events: 'the events',
};

function nameOf(tab: DetailTab): Pick<Command, 'cli' | 'name'> {
  return tab === 'peers' || tab === 'files' || tab === 'trackers' ? { cli: tab } : { name: tab };
}

/** `s` and `S` where they mean nothing. */
function onlyOn(tab: DetailTab, other: DetailTab) {
  return ({ ui }: CommandContext): Availability => {
    if (ui.detail.tab === tab) return true;
    return ui.detail.tab === other ? false : 'Only the peers are sorted, and the graph has spans.';
  };
}

/** Between the tabs of a publication, and within them. */
export const detailTabCommands: Command[] = [
  always({
    id: 'detail.next-tab',
    name: 'next tab',
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
      ...nameOf(tab),
      title: tabTitles[tab],
      hint: null,
      keys: [String(index + 1)],
      focus: ['detail'],
      run: ({ dispatch }) => dispatch({ type: 'show-tab', tab }),
    }),
  ),
  ...detailTabs.map(
    (tab): Command => ({
      id: `list.${tab}`,
      ...nameOf(tab),
      title: tabTitles[tab],
      hint: null,
      keys: [],
      focus: ['list', 'card'],
      when: hasSubject,
      run(context) {
        const publication = focusedPublication(context);
        if (!publication) return;
        context.dispatch({ type: 'open-detail', id: publication.id });
        context.dispatch({ type: 'show-tab', tab });
      },
    }),
  ),
  {
    id: 'detail.sort-peers',
    name: 'sort peers',
    title: 'sort the peers by the next key',
    hint: 'sort',
    keys: ['s'],
    focus: ['detail'],
    when: onlyOn('peers', 'graph'),
    run: ({ dispatch }) => dispatch({ type: 'cycle-peer-order' }),
  },
  {
    id: 'detail.reverse-peers',
    name: 'reverse peers',
    title: 'sort the peers the other way round',
    hint: null,
    keys: ['S'],
    focus: ['detail'],
    when: ({ ui }) => ui.detail.tab === 'peers' || 'Only the peers are sorted.',
    run: ({ dispatch }) => dispatch({ type: 'reverse-peer-order' }),
  },
  {
    id: 'detail.span',
    name: 'span',
    title: 'graph the next span: 5 min, 1 h, 24 h, 30 d',
    hint: 'span',
    keys: ['s'],
    focus: ['detail'],
    when: ({ ui }) => ui.detail.tab === 'graph',
    run: ({ dispatch }) => dispatch({ type: 'cycle-range' }),
  },
];
