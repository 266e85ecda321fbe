import type { DefineCommand } from './command.ts';

interface CommandEntry {
  summary: string;
  /** Loads the command; only the one asked for is loaded. */
  load(): Promise<{ default: DefineCommand }>;
}

/** Every command by its name, in the order help lists them. */
export const commands: Record<string, CommandEntry> = {
  publish: { summary: 'publish files or folders', load: () => import('./publish.ts') },
  ls: { summary: 'list what is published', load: () => import('./ls.ts') },
  show: { summary: 'show everything about a publication', load: () => import('./show.ts') },
  peers: { summary: 'list the peers of a publication', load: () => import('./peers.ts') },
  trackers: {
    summary: 'say how the trackers of a publication answer',
    load: () => import('./trackers.ts'),
  },
  health: {
    summary: 'say how well publications are kept alive',
    load: () => import('./health.ts'),
  },
  pause: { summary: 'stop serving publications for a while', load: () => import('./pause.ts') },
  resume: { summary: 'serve paused publications again', load: () => import('./resume.ts') },
  remove: { summary: 'end a publication', load: () => import('./remove.ts') },
  status: { summary: 'show the engine: ports, peers, rates', load: () => import('./status.ts') },
  daemon: { summary: 'start the engine', load: () => import('./daemon.ts') },
  stop: { summary: 'stop the engine', load: () => import('./stop.ts') },
  logs: { summary: "show the engine's log", load: () => import('./logs.ts') },
  tracker: {
    summary: 'run the tracker alone; its members, numbers and DNS record',
    load: () => import('./tracker.ts'),
  },
  torrent: { summary: 'make and read .torrent files', load: () => import('./torrent.ts') },
  bencode: { summary: 'turn bencode into JSON and back', load: () => import('./bencode.ts') },
  config: { summary: 'read and change settings', load: () => import('./config.ts') },
};
