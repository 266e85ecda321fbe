import { commandsForHome } from '../home.ts';
import { settingDescriptions, settingText } from '../settings/schema.ts';
import { SettingsFile } from '../settings/settings-file.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { formatFacts } from './facts.ts';
import { printJson } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .command('list')
    .description('list all settings with their values')
    .option('--json', 'print one object, for programs')
    .action((options: { json?: boolean }) => {
      const settings = new SettingsFile(context.home.settingsFile);
      if (options.json) {
        printJson(context, settings.values);
        return;
      }
      for (const { key, meaning, allowed } of settingDescriptions) {
        context.stdout.write(`# ${meaning} Takes ${allowed}.\n`);
        context.stdout.write(`${formatFacts([[key, settingText(settings.get(key))]])}\n`);
      }
    });

  command
    .command('get')
    .description('print one setting')
    .argument('<key>', 'as in http.port')
    .action((key: string) => {
      const settings = new SettingsFile(context.home.settingsFile);
      context.stdout.write(`${settingText(settings.get(key))}\n`);
    });

  command
    .command('set')
    .description('change one setting')
    .argument('<key>', 'as in http.port')
    .argument('<value>', 'the new value; a list is separated by commas, a schedule by semicolons')
    .action((key: string, value: string) => setOne(context, key, value));

  command
    .command('path')
    .description('print where the settings are')
    .action(() => {
      context.stdout.write(`${context.home.settingsFile}\n`);
    });
};

async function setOne(context: CommandContext, key: string, value: string): Promise<void> {
  const settings = new SettingsFile(context.home.settingsFile);
  context.stdout.write(`${key} = ${settingText(settings.set(key, value))}\n`);
  const engine = await context.connectIfRunning();
  if (!engine) return;
  const { afterRestart } = await engine
    .request('settings.reload', {})
    .finally(() => engine.close());
  if (afterRestart.includes(key)) {
    const sentence =
      'the running engine takes this up when it is started again: everseed stop, then everseed daemon\n';
    context.stderr.write(commandsForHome(sentence, context.home));
  }
}

export default define;
