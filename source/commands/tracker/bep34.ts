import { isIP } from 'node:net';
import { commandsForHome } from '../../home.ts';
import type { DefineCommand } from '../command.ts';
import { withEngine } from '../with-engine.ts';

/** `everseed tracker bep34`: the DNS record that tells clients where a host's tracker is (BEP 34). */
const defineBep34: DefineCommand = (command, context) => {
  command
    .description('print the DNS record that names this tracker to clients (BEP 34)')
    .action(async () => {
      const { status, chosen } = await withEngine(context, async (engine) => ({
        status: await engine.request('status', {}),
        chosen: (await engine.request('settings.list', {})).find(({ key }) => key === 'publicHost'),
      }));
      const { publicHost, http, udp } = status;
      // the one that costs least comes first: that is the order clients try them in
      const text = `BITTORRENT UDP:${udp.port} TCP:${http.port}`;
      if (isIP(publicHost) === 0) {
        context.stdout.write(`${publicHost}. IN TXT "${text}"\n`);
        return;
      }
      context.stdout.write(`${text}\n`);
      const why =
        chosen?.afterRestart && chosen.value !== ''
          ? `publicHost, ${chosen.value} now, counts from the next start: everseed stop, then everseed daemon`
          : `publicHost is ${chosen?.value ? 'an address' : 'not set'}: set it with: everseed config set publicHost NAME`;
      const sentence = `this is the text of a TXT record, which is of a name; ${why}\n`;
      context.stderr.write(commandsForHome(sentence, context.home));
    });
};

export default defineBep34;
