import { createInterface } from 'node:readline/promises';
import type { EngineConnection } from '../client/engine-connection.ts';
import { infoHashOfEither } from '../control/info-hash.ts';
import type { PublicationDetail } from '../control/publications.ts';
import { EverseedError } from '../errors.ts';
import { stripControls } from '../format/terminal-text.ts';
import { formatBytes } from '../format/units.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

interface RemoveOptions {
  deleteData?: boolean;
  yes?: boolean;
}

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--delete-data', 'also delete what was published from the disk')
    .option('--yes', 'do not ask')
    .action((id: string, options: RemoveOptions) =>
      withEngine(context, (engine) => remove(engine, context, id, options)),
    );
};

async function remove(
  engine: EngineConnection,
  context: CommandContext,
  id: string,
  options: RemoveOptions,
): Promise<void> {
  const publication = await engine.request('show', { id });
  const deleteData = options.deleteData ?? false;
  if (!options.yes && !(await confirm(context, publication, deleteData))) {
    throw new EverseedError('cancelled', 'nothing was removed');
  }
  const { name, keptFiles, neededFiles, missingFiles } = await engine.request('remove', {
    // what was shown, whatever is called what by now
    id: infoHashOfEither(publication),
    deleteData,
  });
  context.stdout.write(`removed ${publication.id}  ${stripControls(name)}\n`);
  for (const file of keptFiles ?? []) {
    context.stderr.write(`kept, as it is not what was published: ${stripControls(file)}\n`);
  }
  for (const file of missingFiles ?? []) {
    context.stderr.write(`not deleted, as it was not there: ${stripControls(file)}\n`);
  }
  for (const { path, id: other, isRemoved } of neededFiles ?? []) {
    const why = isRemoved
      ? `undo may publish it again as ${other}`
      : `it is still published as ${other}`;
    context.stderr.write(`kept, as ${why}: ${stripControls(path)}\n`);
  }
}

async function confirm(
  context: CommandContext,
  publication: PublicationDetail,
  deleteData: boolean,
): Promise<boolean> {
  const name = stripControls(publication.name);
  if (!context.stdin.isTTY) {
    throw new EverseedError('usage', `to remove ${name} without being asked, add --yes`);
  }
  const path = stripControls(publication.path);
  if (deleteData) {
    const size = formatBytes(publication.size);
    const question = `This ends the publication and deletes ${size} at ${path}.\nType its name to confirm (${name}): `;
    return (await ask(context, question)) === publication.name;
  }
  const question = `End the publication ${name}? Its data stays at ${path}. [y/N] `;
  return /^y(es)?$/i.test((await ask(context, question)).trim());
}

/** What the user types; nothing when they leave instead, by Ctrl-C, Ctrl-D or a signal. */
async function ask(context: CommandContext, question: string): Promise<string> {
  const prompt = createInterface({ input: context.stdin, output: context.stderr });
  const left = new AbortController();
  const leave = () => left.abort();
  prompt.once('SIGINT', leave);
  prompt.once('close', leave);
  context.signal.addEventListener('abort', leave);
  try {
    return await prompt.question(question, { signal: left.signal });
  } catch (error) {
    if (left.signal.aborted) return '';
    throw error;
  } finally {
    context.signal.removeEventListener('abort', leave);
    prompt.close();
  }
}

export default define;
