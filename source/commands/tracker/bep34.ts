import { isIP } from 'node:net';
import type { DefineCommand } from '../command.ts';
import { withEngine } from '../with-engine.ts';

/** `everseed tracker bep34`: the DNS record that tells clients where a host's tracker is (BEP 34). */
const defineBep34: DefineCommand = (command, context) => {
  command
    .description('print the DNS record that names this tracker to clients (BEP 34)')
    .action(async () => {
      const { publicHost, http, udp } = await withEngine(context, (engine) =>
        engine.request('status', {}),
      );
      // the one that costs least comes first: that is the order clients try them in
      const text = `BITTORRENT UDP:${udp.port} TCP:${http.port}`;
      if (isIP(publicHost) === 0) {
        context.stdout.write(`${publicHost}. IN TXT "${text}"\n`);
        return;
      }
      context.stdout.write(`${text}\n`);
      context.stderr.write(
        'this is the text of a TXT record, but publicHost is an address: records are of names, to be set with: everseed config set publicHost NAME\n',
      );
    });
};

export default defineBep34;
