import { ReadStream, WriteStream } from 'node:tty';
import { EverseedError } from '../errors.ts';
import { commandsForHome } from '../home.ts';
import type { Settings } from '../settings/schema.ts';
import { SettingsFile } from '../settings/settings-file.ts';
import type { CommandContext } from './command.ts';
import { formatStatus } from './status.ts';
import { withEngine } from './with-engine.ts';

/**
 * What `everseed` without a command does: opens the dashboard, or, where there is no terminal,
 * makes sure the engine runs, prints its status and how to go on.
 */
export default async function openDashboard(
  context: CommandContext,
  flags: { screenReader?: boolean } = {},
): Promise<void> {
  const { stdin, stdout, environment } = context;
  if (!(stdin instanceof ReadStream && stdout instanceof WriteStream)) {
    const status = await withEngine(context, (engine) => engine.request('status', {}));
    stdout.write(formatStatus(status));
    const sentence = 'publish with: everseed publish PATH; everything else: everseed --help\n';
    context.stderr.write(commandsForHome(sentence, context.home));
    return;
  }
  const settings = dashboardSettings(context);
  const { runDashboard } = await import('../ui/dashboard.tsx');
  const { publications } = await runDashboard({
    connect: () => context.connect('dashboard'),
    connectIfRunning: () => context.connectIfRunning('dashboard'),
    stdin,
    stdout,
    environment,
    cwd: context.cwd,
    settings,
    // Ink's own variable: who has set it for other programs need not tell us too
    screenReader:
      flags.screenReader || environment['INK_SCREEN_READER'] === 'true' || settings.screenReader,
  });
  if (publications === null) {
    const sentence = 'no engine runs, nothing is seeded; start it with: everseed daemon\n';
    stdout.write(commandsForHome(sentence, context.home));
    return;
  }
  const what = publications === 1 ? '1 publication' : `${publications} publications`;
  const sentence = `everseed keeps seeding ${what}; come back with: everseed\n`;
  stdout.write(commandsForHome(sentence, context.home));
}

/** A bad settings file is the engine's to complain of; the dashboard shows that, as it is usually. */
function dashboardSettings({ home }: CommandContext): Settings['dashboard'] {
  try {
    return new SettingsFile(home.settingsFile).values.dashboard;
  } catch (error) {
    if (!(error instanceof EverseedError)) throw error;
    return { theme: 'auto', glyphs: 'auto', keys: [], screenReader: false };
  }
}
