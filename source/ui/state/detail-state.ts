import type { HistoryRange } from '../../control/engine.ts';

/** In the order they are shown. */
export const detailTabs = ['overview', 'peers', 'files', 'trackers', 'graph', 'events'] as const;

export type DetailTab = (typeof detailTabs)[number];

/** In the order `s` goes through them. */
export const peerOrders = ['up rate', 'sent', 'progress', 'client', 'source', 'age'] as const;

export type PeerOrder = (typeof peerOrders)[number];

/** In the order `s` goes through them. */
const graphRanges: readonly HistoryRange[] = ['5m', '1h', '24h', '30d'];

/** How a publication is looked at. It stays so for the next one. */
export interface DetailState {
  tab: DetailTab;
  /** The first line of the tab to show. */
  scroll: number;
  peerOrder: PeerOrder;
  /** The other way round than the order is of most use. */
  isReversed: boolean;
  range: HistoryRange;
}

export type DetailAction =
  | { type: 'scroll-detail'; scroll: number }
  | { type: 'show-tab'; tab: DetailTab }
  | { type: 'turn-tabs'; by: 1 | -1 }
  | { type: 'cycle-peer-order' }
  | { type: 'reverse-peer-order' }
  | { type: 'cycle-range' };

export const initialDetailState: DetailState = {
  tab: 'overview',
  scroll: 0,
  peerOrder: 'up rate',
  isReversed: false,
  range: '5m',
};

export function reduceDetail(state: DetailState, action: DetailAction): DetailState {
  switch (action.type) {
    case 'scroll-detail':
      return { ...state, scroll: action.scroll };
    case 'show-tab':
      return { ...state, tab: action.tab, scroll: 0 };
    case 'turn-tabs':
      return { ...state, tab: after(detailTabs, state.tab, action.by), scroll: 0 };
    case 'cycle-peer-order':
      return { ...state, peerOrder: after(peerOrders, state.peerOrder, 1), isReversed: false };
    case 'reverse-peer-order':
      return { ...state, isReversed: !state.isReversed };
    case 'cycle-range':
      return { ...state, range: after(graphRanges, state.range, 1) };
  }
}

/** What comes so many places after one, round and round. */
function after<Item>(items: readonly Item[], item: Item, places: number): Item {
  return items[(items.indexOf(item) + places + items.length) % items.length] ?? item;
}
