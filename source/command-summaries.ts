/** Every command of the command line and what it does, in the order help lists them. */
export const commandSummaries = {
  publish: 'publish files or folders',
  adopt: 'publish what has a torrent already',
  ls: 'list what is published',
  show: 'show everything about a publication',
  peers: 'list the peers of a publication',
  files: 'list the files of a publication',
  trackers: 'say how the trackers of a publication answer',
  health: 'say how well publications are kept alive',
  pause: 'stop serving publications for a while',
  resume: 'serve paused publications again',
  verify: 'compare the data of a publication with what was published',
  limit: 'limit how fast a publication is sent',
  'super-seed': 'give out a first release piece by piece, or as usual again',
  remove: 'end a publication',
  undo: 'take back the last removal, pause, resume or limit',
  status: 'show the engine: ports, peers, rates',
  daemon: 'start the engine',
  stop: 'stop the engine',
  logs: "show the engine's log",
  tracker: 'run the tracker alone; its members, numbers and DNS record',
  torrent: 'make and read .torrent files',
  bencode: 'turn bencode into JSON and back',
  config: 'read and change settings',
  completion: 'print what makes a shell complete commands',
} as const;

export type CommandName = keyof typeof commandSummaries;
