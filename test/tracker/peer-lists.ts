import { type PeerAddress, PeerList } from '../../source/tracker/peer-list.ts';

/** A list of these peers: of IPv4, unless it says otherwise. */
export function listOf(peers: readonly PeerAddress[], recordLength: 6 | 18 = 6): PeerList {
  const list = new PeerList(recordLength);
  for (const { endpoint, peerId } of peers) list.add(endpoint, peerId);
  return list;
}
