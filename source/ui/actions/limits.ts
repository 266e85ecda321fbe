import { infoHashOfEither } from '../../control/info-hash.ts';
import type { PublicationDetail, PublicationSummary } from '../../control/publications.ts';
import { exactSize, formatRate } from '../../format/units.ts';
import { askedForChange } from '../state/engine-state.ts';
import { changedWords, createChanger, goneMeanwhile, knownOf } from './change-each.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

/** Upload limits: of publications, and of all together. */
export interface LimitActions {
  /** Asks for another limit; the one they have is filled in when it is known. */
  askForLimit(publications: readonly PublicationSummary[]): Promise<void>;
  askForOverallLimit(): void;
  /** Bytes per second, of each; null for no limit. */
  limit(ids: readonly number[], uploadLimit: number | null): Promise<void>;
  limitOverall(uploadLimit: number | null): Promise<void>;
}

export function createLimitActions(services: Services, messages: Messages): LimitActions {
  const { ui, engine, link } = services;
  const changeEach = createChanger(services, messages);

  /** What is open shows its new limit at once. */
  function show(detail: PublicationDetail): void {
    engine.change((state) =>
      state.watched?.id === detail.id ? { ...state, watched: { ...state.watched, detail } } : state,
    );
  }

  return {
    async askForLimit(publications) {
      const ids = publications.map(({ id }) => id);
      // at once, so that what is typed next is typed into it
      ui.dispatch({ type: 'ask-for-limit', ids, value: null });
      try {
        const limits = await Promise.all(
          publications.map(async (one) => {
            const { uploadLimit } = await link.request('show', { id: infoHashOfEither(one) });
            return uploadLimit;
          }),
        );
        const [first = null] = limits;
        const isSame = limits.every((limit) => limit === first);
        ui.dispatch({ type: 'offer-limit', ids, value: isSame ? typedLimit(first) : '' });
      } catch (error) {
        ui.dispatch({ type: 'offer-limit', ids, value: '' });
        messages.complain(error);
      }
    },
    askForOverallLimit() {
      const usual = engine.get().status?.limit?.usual ?? null;
      ui.dispatch({ type: 'ask-for-limit', ids: null, value: typedLimit(usual) });
    },
    async limit(ids, uploadLimit) {
      const batch = services.newJob();
      const known = knownOf(services, ids);
      if (known.length === 0) {
        messages.refuse(goneMeanwhile);
        return;
      }
      engine.change(askedForChange);
      const tell = messages.beginChange();
      const limited = await changeEach(known, 'limiting', async (one) => {
        show(await link.request('limit', { id: infoHashOfEither(one), uploadLimit, batch }));
      });
      if (limited.length === 0) return;
      tell(`${limitedWords(uploadLimit)}: ${changedWords(limited, known)}`);
    },
    async limitOverall(uploadLimit) {
      engine.change(askedForChange);
      const tell = messages.beginChange();
      try {
        const limit = await link.request('limit.overall', { uploadLimit });
        engine.change((state) => ({
          ...state,
          status: state.status && { ...state.status, limit },
        }));
        tell(`${limitedWords(uploadLimit)}: all together`);
      } catch (error) {
        messages.complain(error);
      }
    },
  };
}

/** A limit as it is typed. */
function typedLimit(limit: number | null): string {
  return limit === null ? 'none' : exactSize(limit);
}

function limitedWords(limit: number | null): string {
  return limit === null ? 'Not limited' : `At most ${formatRate(limit)}`;
}
