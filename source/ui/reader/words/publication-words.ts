import type { PublicationSummary } from '../../../control/publications.ts';
import { formatBytes, formatRate } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import type { PendingChange } from '../../state/ui-state.ts';
import { healthWords } from '../../theme/health.ts';
import { joined, type Sentence } from '../reading.ts';

/** A row of the list: said again when its state, a change of it or its mark is another. */
export function publicationSentence(
  publication: PublicationSummary,
  change: PendingChange | undefined,
  isMarked: boolean,
): Sentence {
  const { id, name, health, size, peers, uploadRate, uploaded, ratio, completed } = publication;
  const state = change ?? healthWords[health];
  return {
    key: String(id),
    when: joined(state, isMarked && 'selected'),
    text: joined(
      name,
      isMarked && 'selected',
      state,
      formatBytes(size),
      peers === 0 ? 'no peers' : counted(peers, 'peer'),
      uploadRate > 0 && `sending ${formatRate(uploadRate)}`,
      uploaded > 0 && `sent ${formatBytes(uploaded)}, ratio ${ratio.toFixed(2)}`,
      completed > 0 && counted(completed, 'completed download'),
    ),
  };
}
