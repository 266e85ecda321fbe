import { parentPort, workerData } from 'node:worker_threads';
import { torrentFacts, torrentText } from '../../source/commands/torrent/torrent-facts.ts';
import { lint } from '../../source/metainfo/lint/lint.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { surveyTorrent } from '../../source/metainfo/survey.ts';

/** Does with the bytes of a torrent what `torrent show` does; says what came of it. */
function show(bytes: Uint8Array): string {
  try {
    const survey = surveyTorrent(bytes);
    const findings = lint(survey);
    const characters = torrentText(survey, findings).length;
    return `shown: ${characters + JSON.stringify(torrentFacts(survey)).length} characters`;
  } catch (error) {
    if (!(error instanceof MetainfoError)) throw error;
    return `refused: ${error.message}`;
  }
}

parentPort?.postMessage(show(Buffer.from(workerData as string, 'latin1')));
