import type { EngineEvent } from '../../../control/engine.ts';
import { formatMoment } from '../../views/age.ts';
import { joined, type Sentence } from '../reading.ts';

/** What happened, when, and who asked for it. */
export function eventSentence({ id, at, level, text, askedBy }: EngineEvent): Sentence {
  return {
    key: String(id),
    text: joined(
      level !== 'info' && level,
      text,
      askedBy !== null && `asked for by the ${askedBy}`,
      formatMoment(at),
    ),
  };
}
