import { beingPublished, exhibits, publishedByKeys } from './exhibits.ts';

const enter = '\r';
const escapeKey = '\u001b';

/** A view of the dashboard, and how to come to it from the one before. */
export interface Scene {
  /** The pictures are called so. */
  name: string;
  /** Read aloud in place of the pictures. */
  description: string;
  /** Keys one after the other, each with what is on the screen when it has done its work. */
  keys: [key: string, wanted: Wanted][];
  /** What else must be there before it is drawn. */
  wanted?: Wanted;
}

/** A text that is to be on the screen, or what is to be true of all that is. */
export type Wanted = string | ((text: string) => boolean);

const opened = exhibits.at(-1)?.name ?? '';
/** The one that most happened to. */
const eventful = exhibits.find(({ fate }) => fate === 'eventful')?.name ?? '';

/** The log is read, so that errors of before are not told of on every other picture. */
export const log: Scene[] = [
  {
    name: 'log',
    description: 'everseed tells what happened, when, and who asked for it',
    keys: [
      ['L', 'Who asked'],
      ['jjjjjjj', '8/'],
    ],
    wanted: (text) => /▸ .*× error/.test(text),
  },
];

/** From choosing a file to the card with its links. */
export const publishing: Scene[] = [
  {
    name: 'browser',
    description: 'everseed chooses what to publish',
    keys: [
      [escapeKey, 'newest first'],
      ['p', 'Type to narrow down'],
    ],
  },
  {
    name: 'form',
    description: 'everseed before publishing: the defaults, filled in',
    keys: [
      [publishedByKeys.name.slice(0, 5), `▸ ${publishedByKeys.name}`],
      [enter, 'Enter publishes it'],
    ],
  },
  {
    name: 'card',
    description: 'everseed after publishing: the links to give to others',
    keys: [[enter, `Live: ${publishedByKeys.name}`]],
    wanted: `${exhibits.length + 1} publications`,
  },
];

/** While something large is being hashed. */
export const home: Scene[] = [
  {
    name: 'hashing',
    description: 'everseed hashes what is being published, and says how long it takes',
    keys: [
      [escapeKey, 'newest first'],
      ['p', 'Type to narrow down'],
      [beingPublished.name.slice(0, 5), `▸ ${beingPublished.name}`],
      [' ', '1 chosen'],
      [enter, 'Enter publishes it'],
      [enter, 'Hashing'],
    ],
    wanted: (text) => /[1-3]\d %/.test(text) && text.includes('Time left'),
  },
  {
    name: 'home',
    description: "everseed's dashboard: what is published and how it does",
    keys: [['b', 'newest first']],
    wanted: (text) => everyRateIsThere(text) && text.includes(' left'),
  },
];

/** Back to the list from a publication. */
const toTheList: Scene['keys'] = [
  [escapeKey, '─ Publications'],
  [escapeKey, (text) => !text.includes(' match ')],
];

/** One publication, and the panels. */
export const looking: Scene[] = [
  {
    name: 'overview',
    description: 'everseed shows one publication: its health, facts and links',
    keys: open(opened),
    wanted: 'Info hash',
  },
  tab('peers', '2', 'sent data', 'its peers, with what each is sent'),
  {
    name: 'graph',
    description: 'everseed shows one publication: its upload rate and peers over time',
    keys: [...toTheList, ...open(publishedByKeys.name), ['5', 'peak']],
  },
  {
    ...tab('files', '3', 'in place', 'its files'),
    keys: [...toTheList, ...open(eventful), ['3', 'in place']],
  },
  tab('trackers', '4', 'tier 2', 'its trackers, and what each said'),
  tab('events', '6', 'What happened', 'what happened to it'),
  {
    name: 'health',
    description: 'everseed says what is not healthy, why, and what to do',
    keys: [['H', 'known by']],
  },
  {
    name: 'tracker',
    description: "everseed's tracker: its swarms and peers",
    keys: [['T', 'Largest swarms']],
  },
  {
    name: 'settings',
    description: 'everseed explains its settings, and changes them',
    keys: [[',', 'http.port']],
  },
  {
    name: 'help',
    description: 'everseed lists the keys of a view',
    keys: [
      [':', 'Enter run'],
      ['ls', '▸ ls'],
      [enter, '─ Publications'],
      ['?', 'Keys of the list'],
    ],
  },
  {
    name: 'palette',
    description: 'everseed finds every action by its name',
    keys: [
      [escapeKey, '─ Publications'],
      [':', 'Enter run'],
    ],
  },
];

/** To a publication from the list, by its name. */
function open(name: string): Scene['keys'] {
  return [
    ['/', ' / '],
    [name, '─ Publications 1 of '],
    [enter, 'Enter open'],
    [enter, '1 Overview'],
  ];
}

function tab(name: string, key: string, wanted: string, what: string): Scene {
  return { name, description: `everseed shows one publication: ${what}`, keys: [[key, wanted]] };
}

/** Each publication that is downloaded now has a rate, as far as it is on the screen. */
function everyRateIsThere(text: string): boolean {
  return [...exhibits, publishedByKeys]
    .filter(({ downloaders }) => downloaders.length > 0)
    .map(({ name }) => text.split('\n').find((line) => line.includes(name.slice(0, 12))))
    .every((line) => line === undefined || line.includes('iB/s'));
}
