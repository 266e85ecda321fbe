import type { CommandName } from '../command-summaries.ts';
import type { DefineCommand } from './command.ts';

/** Loads each command; only the one asked for is loaded. */
export const commands: Record<CommandName, () => Promise<{ default: DefineCommand }>> = {
  publish: () => import('./publish.ts'),
  adopt: () => import('./adopt.ts'),
  ls: () => import('./ls.ts'),
  show: () => import('./show.ts'),
  peers: () => import('./peers.ts'),
  files: () => import('./files.ts'),
  trackers: () => import('./trackers.ts'),
  health: () => import('./health.ts'),
  pause: () => import('./pause.ts'),
  resume: () => import('./resume.ts'),
  verify: () => import('./verify.ts'),
  move: () => import('./move.ts'),
  limit: () => import('./limit.ts'),
  'super-seed': () => import('./super-seed.ts'),
  remove: () => import('./remove.ts'),
  undo: () => import('./undo.ts'),
  status: () => import('./status.ts'),
  daemon: () => import('./daemon.ts'),
  stop: () => import('./stop.ts'),
  logs: () => import('./logs.ts'),
  tracker: () => import('./tracker.ts'),
  torrent: () => import('./torrent.ts'),
  bencode: () => import('./bencode.ts'),
  config: () => import('./config.ts'),
  completion: () => import('./completion.ts'),
};
