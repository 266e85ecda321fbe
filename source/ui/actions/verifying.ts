import { infoHashOfEither } from '../../control/info-hash.ts';
import type { PublicationSummary, VerifyReport } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { counted } from '../components/counted.ts';
import { resolveTypedPath } from '../files/typed-path.ts';
import { createChanger, goneMeanwhile } from './change-each.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

export interface VerifyActions {
  /** Compares the data of publications with what was published, and says what came of it. */
  verify(publications: readonly PublicationSummary[]): Promise<void>;
  /** Serves a publication from where somebody has typed that its data is. */
  moveTo(id: number, typed: string): Promise<void>;
}

export function createVerifyActions(services: Services, messages: Messages): VerifyActions {
  const changeEach = createChanger(services, messages);
  return {
    async moveTo(id, typed) {
      const publication = services.engine.get().publications.get(id);
      if (!publication) {
        messages.refuse(goneMeanwhile);
        return;
      }
      const path = resolveTypedPath(typed, services.cwd, services.homeDirectory);
      await changeEach([publication], 'moving', async (one) => {
        const what = { id: infoHashOfEither(one), path, verify: true };
        const moved = await services.link.request('move', { job: services.newJob(), ...what });
        const { name } = moved;
        messages.tell(`${stripControls(name)} is served from ${stripControls(moved.path)}.`);
      });
    },
    async verify(publications) {
      const reports: VerifyReport[] = [];
      await changeEach(publications, 'verifying', async (one) => {
        const job = services.newJob();
        const report = await services.link.request('verify', { job, id: infoHashOfEither(one) });
        if (!report.whole) messages.complain(damageSentence(report));
        reports.push(report);
      });
      const whole = reports.filter((report) => report.whole);
      // a complaint is not to be taken away by good news
      if (whole.length === 0 || whole.length < publications.length) return;
      messages.tell(wholeSentence(whole));
    },
  };
}

function wholeSentence(reports: readonly VerifyReport[]): string {
  const [first] = reports;
  if (!first || reports.length > 1) return `${counted(reports.length, 'publication')} are whole.`;
  const pieces = first.pieces === 1 ? 'its piece is' : `all ${first.pieces} pieces are`;
  return `${stripControls(first.name)} is whole: ${pieces} good.`;
}

function damageSentence({ name, wrong, missing, pieces }: VerifyReport): string {
  const faults = [
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
  ];
  return `${stripControls(name)}: of ${counted(pieces, 'piece')}, ${faults.join(' and ')}; the rest is served.`;
}
