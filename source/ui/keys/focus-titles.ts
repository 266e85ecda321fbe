import type { Focus } from './focus.ts';

/** What people call the places that have keys of their own. */
export const focusTitles: Record<Focus, string> = {
  list: 'the list',
  'list-filter': 'the filter',
  detail: 'a publication',
  tracker: 'the tracker',
  health: 'health',
  log: 'the log',
  settings: 'the settings',
  'settings-filter': 'the filter of the settings',
  setting: 'typing a setting',
  browser: 'choosing what to publish',
  'browser-path': 'typing a path',
  form: 'what is published and how',
  adopt: 'where the data of a torrent is',
  hashing: 'a publish job',
  failed: 'a failed publish job',
  card: 'what was just published',
  help: 'help',
  palette: 'the command palette',
  qr: 'a QR code',
  'confirm-remove': 'removing',
  'confirm-delete': 'deleting data',
  'confirm-stop': 'stopping the engine',
  limit: 'an upload limit',
  'too-small': 'a small terminal',
};
