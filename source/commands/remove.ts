import { createInterface } from 'node:readline/promises';
import type { EngineConnection } from '../client/engine-connection.ts';
import type { PublicationDetail } from '../control/protocol.ts';
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
  const { name, keptFiles } = await engine.request('remove', {
    id: String(publication.id),
    deleteData,
  });
  context.stdout.write(`removed ${publication.id}  ${stripControls(name)}\n`);
  for (const file of keptFiles ?? []) {
    context.stderr.write(`kept, as it is not what was published: ${stripControls(file)}\n`);
  }
}

async function confirm(
  context: CommandContext,
  publication: PublicationDetail,
  deleteData: boolean,
): Promise<boolean> {
  const name = stripControls(publication.name);
  if (!context.stdout.isTTY) {
    throw new EverseedError('usage', `to remove ${name} without being asked, add --yes`);
  }
  const prompt = createInterface({ input: context.stdin, output: context.stderr });
  try {
    if (deleteData) {
      const answer = await prompt.question(
        `This ends the publication and deletes ${formatBytes(publication.size)} at ${stripControls(publication.path)}.\nType its name to confirm (${name}): `,
        { signal: context.signal },
      );
      return answer === publication.name;
    }
    const answer = await prompt.question(
      `End the publication ${name}? Its data stays at ${stripControls(publication.path)}. [y/N] `,
      { signal: context.signal },
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

export default define;
