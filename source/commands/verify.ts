import type { VerifyReport } from '../control/publications.ts';
import { EverseedError } from '../errors.ts';
import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { verificationText } from './verification-text.ts';
import { runVerifyJob } from './verify-job.ts';
import { printJson, withEngine } from './with-engine.ts';

/** `everseed verify`: compares the content of a publication with its pieces. */
const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--json', 'print the result as JSON')
    .action(async (id: string, flags: { json?: boolean }) => {
      const report = await withEngine(context, async (engine) => {
        const [{ size }, result] = await Promise.all([
          engine.request('show', { id }),
          runVerifyJob(context, engine, (job) => engine.request('verify', { job, id })),
        ]);
        return { ...result, size };
      });
      const { size, ...printed } = report;
      if (flags.json) printJson(context, printed);
      else {
        const name = stripControls(report.name);
        context.stdout.write(await verificationText({ ...report, name }));
      }
      expectWhole(report);
    });
};

/** @throws EverseedError `content-changed`, `content-not-whole` */
function expectWhole({ whole, badFiles, path, goodPieces, pieces }: VerifyReport): void {
  if (whole) return;
  if (badFiles.some(({ status }) => status === 'changed')) {
    throw new EverseedError(
      'content-changed',
      `files of ${path} changed while being read: wait until nothing writes there, then verify again`,
    );
  }
  throw new EverseedError(
    'content-not-whole',
    `${path} is not what was published: ${goodPieces} of ${pieces} pieces are good, and only those are served`,
  );
}

export default define;
